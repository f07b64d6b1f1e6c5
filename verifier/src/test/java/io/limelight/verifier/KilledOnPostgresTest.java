package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of a killed verifier with a file is true of one with a server. */
class KilledOnPostgresTest extends KilledVerifierTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

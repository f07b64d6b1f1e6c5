package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of events and revocations with a file is true with a server. */
class LimelightApiOnPostgresTest extends LimelightApiTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of policies with a file is true with a server. */
class PoliciesOnPostgresTest extends PoliciesTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

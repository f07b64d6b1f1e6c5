package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of the list of machines with a file is true with a server. */
class AssignmentOnPostgresTest extends AssignmentTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

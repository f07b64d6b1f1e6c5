package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of the brake with a file is true with a server. */
class BrakeOnPostgresTest extends BrakeTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

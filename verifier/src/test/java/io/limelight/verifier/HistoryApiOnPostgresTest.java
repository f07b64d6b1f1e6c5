package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of the history with a file is true with a server. */
class HistoryApiOnPostgresTest extends HistoryApiTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

package io.limelight.registrar;

import io.limelight.store.PostgresForTests;

/** What is true of a registrar with a file is true of one with a server. */
class TakeoverOnPostgresTest extends TakeoverTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

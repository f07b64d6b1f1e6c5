package io.limelight.registrar;

import io.limelight.store.PostgresForTests;

/** What is true of the page with a file is true with a server. */
class RegistrationsPageOnPostgresTest extends RegistrationsPageTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

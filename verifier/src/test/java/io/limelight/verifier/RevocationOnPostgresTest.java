package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of revocations with a file is true with a server. */
class RevocationOnPostgresTest extends RevocationTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

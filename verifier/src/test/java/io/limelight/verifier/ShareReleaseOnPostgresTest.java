package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of the release of V with a file is true with a server. */
class ShareReleaseOnPostgresTest extends ShareReleaseTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

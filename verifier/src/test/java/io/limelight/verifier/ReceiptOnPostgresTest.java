package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of receipts with a file is true with a server. */
class ReceiptOnPostgresTest extends ReceiptTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }
}

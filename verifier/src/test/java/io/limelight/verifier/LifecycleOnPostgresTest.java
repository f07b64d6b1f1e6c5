package io.limelight.verifier;

import io.limelight.store.PostgresForTests;

/** What is true of the lives of machines with a file is true with a server. */
class LifecycleOnPostgresTest extends LifecycleTest {
    @Override
    String databaseUrl() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }

    @Override
    String takesNothing() {
        return "ALTER TABLE attestation ADD CONSTRAINT no_room CHECK (agent < 0) NOT VALID";
    }

    @Override
    String takesAgain() {
        return "ALTER TABLE attestation DROP CONSTRAINT no_room";
    }
}

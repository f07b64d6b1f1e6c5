package io.limelight.verifier;

import io.limelight.store.PostgresForTests;
import org.junit.jupiter.api.Nested;

/** What is true of a verifier with a file is true of one with a server; the tests that use every statement there is. */
class OnPostgresTest {
    private static String newDatabase() throws Exception {
        return PostgresForTests.shared().newDatabase();
    }

    @Nested
    class Lifecycle extends LifecycleTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
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

    @Nested
    class Policies extends PoliciesTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class MachineList extends MachineListTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class Killed extends KilledVerifierTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class ShareRelease extends ShareReleaseTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class Revocation extends RevocationTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class Receipts extends ReceiptTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class Brake extends BrakeTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }

    @Nested
    class LimelightApi extends LimelightApiTest {
        @Override
        String databaseUrl() throws Exception {
            return newDatabase();
        }
    }
}

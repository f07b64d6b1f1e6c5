package io.limelight.registrar;

import io.limelight.store.PostgresForTests;
import org.junit.jupiter.api.Nested;

/** What is true of a registrar with a file is true of one with a server. */
class OnPostgresTest {
    @Nested
    class Takeover extends TakeoverTest {
        @Override
        String databaseUrl() throws Exception {
            return PostgresForTests.shared().newDatabase();
        }
    }
}

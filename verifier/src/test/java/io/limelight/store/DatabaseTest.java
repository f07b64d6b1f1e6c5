package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path folder;

    private static int insert(Handle handle, String id) {
        return handle.createUpdate(
                        "INSERT INTO pending (agent_id, ek_tpm, aik_tpm, auth_key, remote, created_at) VALUES (:id, 'e', 'a', 'k', 'r', 1)")
                .bind("id", id)
                .execute();
    }

    private static long count(Database database) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM pending")
                .mapTo(Long.class)
                .one());
    }

    @Test
    void theFileIsReadableByItsOwnerAloneAndSurvivesReopening() throws Exception {
        Path file = folder.resolve("reg.sqlite");
        try (Database database = Database.open(file, "registrar")) {
            int inserted = database.write(handle -> insert(handle, "one"));
            assertThat(inserted).isOne();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Database database = Database.open(file, "registrar")) {
            assertThat(count(database)).isOne();
        }
    }

    @Test
    void aPieceOfWorkThatFailsTakesOnlyItselfBack() {
        try (Database database = Database.open(folder.resolve("reg.sqlite"), "registrar")) {
            List<CompletableFuture<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                results.add(database.submit(handle -> {
                    int inserted = insert(handle, "agent-" + number);
                    if (number % 10 == 3) {
                        throw new IllegalArgumentException("refused " + number);
                    }
                    return inserted;
                }));
            }
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Integer> result = results.get(i);
                if (i % 10 == 3) {
                    assertThatThrownBy(result::join).hasRootCauseMessage("refused " + i);
                } else {
                    assertThat(result.join()).isOne();
                }
            }
            assertThat(count(database)).isEqualTo(90);
        }
    }

    @Test
    void aFullDiskIsSaidInOneSentenceAndTheDatabaseGoesOnAfterwards() {
        try (Database database = Database.open(folder.resolve("reg.sqlite"), "registrar")) {
            long pages = database.read(handle ->
                    handle.createQuery("PRAGMA page_count").mapTo(Long.class).one());
            database.write(handle -> handle.createQuery("PRAGMA max_page_count = " + (pages + 1))
                    .mapTo(Long.class)
                    .one());
            assertThatThrownBy(() -> database.write(handle -> insert(handle, "x".repeat(100_000))))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("the disk is full");
            int inserted = database.write(handle -> insert(handle, "small"));
            assertThat(inserted).isOne();
        }
    }

    @Test
    void aFileThatIsNoDatabaseStopsTheStartWithAReason() throws Exception {
        Path file = folder.resolve("reg.sqlite");
        Files.writeString(
                file, "this is not a database, it is a text file that somebody put here by mistake".repeat(20));
        assertThatThrownBy(() -> Database.open(file, "registrar"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void workAfterClosingIsRefusedNotLost() {
        Database database = Database.open(folder.resolve("reg.sqlite"), "registrar");
        database.close();
        assertThatThrownBy(() -> database.write(handle -> insert(handle, "late")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
    }
}

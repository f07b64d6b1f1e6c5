package io.limelight.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.limelight.store.StoreException;
import io.limelight.store.StoreException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDatabaseTest {
    private static final String FIRST = "CREATE TABLE word (text TEXT NOT NULL)";
    private static final String SECOND =
            "ALTER TABLE word ADD COLUMN length INTEGER NOT NULL DEFAULT 0; CREATE INDEX w ON word (text)";

    @TempDir
    Path folder;

    @Test
    void aFileThatIsNoDatabaseIsLeftAsItWas() throws Exception {
        Path file = folder.resolve("console.sqlite");
        Files.writeString(file, "Once this was something else, and long enough to be read as pages.".repeat(100));
        byte[] before = Files.readAllBytes(file);
        refused(() -> LocalDatabase.open(file, List.of(FIRST)), Kind.DAMAGED);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aDamagedPageIsFoundAtTheStart() throws Exception {
        Path file = folder.resolve("console.sqlite");
        try (LocalDatabase database = LocalDatabase.open(file, List.of(FIRST))) {
            database.write(handle ->
                    handle.execute("INSERT INTO word SELECT hex(randomblob(2000)) FROM (VALUES (1),(2),(3),(4),(5))"));
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 4096; i < 8192; i++) {
            bytes[i] = (byte) 0xa5;
        }
        Files.write(file, bytes);
        refused(() -> LocalDatabase.open(file, List.of(FIRST)), Kind.DAMAGED);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void aNewerReleasesFileIsNotTouched() {
        Path file = folder.resolve("console.sqlite");
        LocalDatabase.open(file, List.of(FIRST, SECOND)).close();
        refused(() -> LocalDatabase.open(file, List.of(FIRST)), Kind.FOREIGN_SCHEMA);
        refused(() -> LocalDatabase.openToRead(file, List.of(FIRST)), Kind.FOREIGN_SCHEMA);
        try (LocalDatabase database = LocalDatabase.open(file, List.of(FIRST, SECOND))) {
            assertThat(count(database)).isZero();
        }
    }

    @Test
    void anOlderFileIsBroughtUpToDateAndKeepsItsContent() {
        Path file = folder.resolve("console.sqlite");
        try (LocalDatabase database = LocalDatabase.open(file, List.of(FIRST))) {
            database.write(handle -> handle.execute("INSERT INTO word VALUES ('kept')"));
        }
        refused(() -> LocalDatabase.openToRead(file, List.of(FIRST, SECOND)), Kind.FOREIGN_SCHEMA);
        try (LocalDatabase database = LocalDatabase.open(file, List.of(FIRST, SECOND))) {
            assertThat(count(database)).isOne();
        }
    }

    @Test
    void aFullDiskRefusesTheWriteAndKeepsWhatWasThere() {
        try (LocalDatabase database = LocalDatabase.open(folder.resolve("console.sqlite"), List.of(FIRST))) {
            database.write(handle -> handle.execute("INSERT INTO word VALUES ('kept')"));
            int pages = database.read(handle ->
                    handle.select("PRAGMA page_count").mapTo(Integer.class).one());
            database.read(handle -> handle.select("PRAGMA max_page_count = " + pages)
                    .mapTo(Integer.class)
                    .one());
            refused(
                    () -> database.write(handle -> handle.execute("INSERT INTO word SELECT hex(randomblob(100000))")),
                    Kind.FULL);
            assertThat(count(database)).isOne();
        }
    }

    @Test
    void whatFailsHalfwayIsUndone() {
        try (LocalDatabase database = LocalDatabase.inMemory(List.of(FIRST))) {
            assertThatThrownBy(() -> database.write(handle -> {
                        handle.execute("INSERT INTO word VALUES ('one')");
                        throw new IllegalStateException("changed its mind");
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(count(database)).isZero();
        }
    }

    @Test
    void whoOnlyLooksWritesNothing() {
        Path file = folder.resolve("console.sqlite");
        LocalDatabase.open(file, List.of(FIRST)).close();
        try (LocalDatabase database = LocalDatabase.openToRead(file, List.of(FIRST))) {
            refused(() -> database.write(handle -> handle.execute("INSERT INTO word VALUES ('no')")), Kind.READ_ONLY);
            assertThat(count(database)).isZero();
        }
    }

    @Test
    void twoMayHaveItOpenAndSeeEachOther() throws Exception {
        Path file = folder.resolve("console.sqlite");
        try (LocalDatabase one = LocalDatabase.open(file, List.of(FIRST));
                LocalDatabase other = LocalDatabase.open(file, List.of(FIRST))) {
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20; i++) {
                    one.write(handle -> handle.execute("INSERT INTO word VALUES ('one')"));
                }
            });
            for (int i = 0; i < 20; i++) {
                other.write(handle -> handle.execute("INSERT INTO word VALUES ('other')"));
            }
            writer.join();
            assertThat(count(one)).isEqualTo(40);
            assertThat(count(other)).isEqualTo(40);
        }
    }

    @Test
    void onlyItsOwnerReadsIt() throws Exception {
        Path file = folder.resolve("deep").resolve("console.sqlite");
        LocalDatabase.open(file, List.of(FIRST)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aClosedOneSaysSo() {
        LocalDatabase database = LocalDatabase.inMemory(List.of(FIRST));
        database.close();
        database.close();
        refused(() -> count(database), Kind.CLOSED);
    }

    private static int count(LocalDatabase database) {
        return database.read(handle ->
                handle.select("SELECT COUNT(*) FROM word").mapTo(Integer.class).one());
    }

    private static void refused(ThrowingCallable doing, Kind kind) {
        assertThatThrownBy(doing)
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::kind)
                .isEqualTo(kind);
    }
}

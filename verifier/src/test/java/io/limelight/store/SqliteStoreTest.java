package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.store.StoreException.Kind;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The contract on SQLite, and what only a file can get wrong. */
class SqliteStoreTest extends StoreContract {
    @Override
    Database open(Path folder) {
        return Database.open(folder.resolve("own").resolve("store.sqlite"), "contract");
    }

    private static AbstractThrowableAssert<?, ?> opening(Path file) {
        return assertThatThrownBy(() -> Database.open(file, "contract").close());
    }

    private static void sql(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private static void isOfKind(Throwable thrown, Kind kind) {
        assertThat(thrown).isInstanceOf(StoreException.class);
        assertThat(((StoreException) thrown).kind()).isEqualTo(kind);
    }

    @Test
    void filesAndFolderAreTheirOwnersAlone() throws Exception {
        database.write(handle -> insert(handle, "one"));
        Path own = folder.resolve("own");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                .isEqualTo("rwx------");
        try (var files = Files.list(own)) {
            assertThat(files.toList())
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as("%s", file)
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void commitsAreForcedToDisk() {
        record Pragmas(String journal, int synchronous, int foreignKeys) {}
        Pragmas pragmas = database.write(handle -> new Pragmas(
                handle.select("PRAGMA journal_mode").mapTo(String.class).one(),
                handle.select("PRAGMA synchronous").mapTo(Integer.class).one(),
                handle.select("PRAGMA foreign_keys").mapTo(Integer.class).one()));
        assertThat(pragmas).isEqualTo(new Pragmas("wal", 2, 1));
    }

    @Test
    void aFullDiskIsTypedAndTheStoreGoesOnAfterwards() {
        long pages = database.read(
                handle -> handle.select("PRAGMA page_count").mapTo(Long.class).one());
        database.write(handle -> handle.select("PRAGMA max_page_count = " + (pages + 1))
                .mapTo(Long.class)
                .one());
        assertThatThrownBy(() -> database.write(handle -> insert(handle, "large", new byte[100_000])))
                .hasMessageContaining("the disk is full")
                .satisfies(e -> isOfKind(e, Kind.FULL));
        assertThat(database.<Integer>write(handle -> insert(handle, "small"))).isOne();
        assertThat(names(database)).containsExactly("small");
    }

    /** SQLite calls it an I/O error when its shared-memory file finds no room. */
    @Test
    void aDiskWithoutRoomForAnythingIsCalledFull() throws Exception {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")), "skipped: only root can mount a small disk");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Assumptions.assumeTrue(
                status("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString()) == 0,
                "skipped: mount(8) may not be used here");
        try {
            opening(disk.resolve("store.sqlite"))
                    .hasMessageContaining("the disk is full")
                    .satisfies(e -> isOfKind(e, Kind.FULL));
        } finally {
            assertThat(status("umount", disk.toString())).isZero();
        }
    }

    private static int status(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aDatabaseHeldByAnotherProgramIsTyped() throws Exception {
        Path file = folder.resolve("held.sqlite");
        Database.open(file, "contract").close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("INSERT INTO thing VALUES ('theirs', x'00')");
            assertThatThrownBy(() -> Database.open(file, "contract", true, 200).close())
                    .hasMessageContaining("another program holds it")
                    .satisfies(e -> isOfKind(e, Kind.LOCKED));
        }
    }

    @Test
    void workThatReadsBeforeItWritesWaitsForAnotherWriterToo() throws Exception {
        Path file = folder.resolve("shared.sqlite");
        try (Database ours = Database.open(file, "contract");
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            CompletableFuture<Integer> work = ours.submit(handle -> {
                names(handle);
                return insert(handle, "ours");
            });
            assertThatThrownBy(() -> work.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            statement.execute("INSERT INTO thing VALUES ('theirs', x'00')");
            statement.execute("COMMIT");
            assertThat(work.get(10, TimeUnit.SECONDS)).isOne();
            assertThat(names(ours)).contains("ours", "theirs");
        }
    }

    @Test
    void aFileThatIsNoDatabaseStopsTheStartWithAReason() throws Exception {
        Path file = folder.resolve("text.sqlite");
        Files.writeString(
                file, "this is not a database, it is a text file that somebody put here by mistake".repeat(20));
        opening(file)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("it is no SQLite database")
                .satisfies(e -> isOfKind(e, Kind.DAMAGED));
    }

    @Test
    void aDamagedDatabaseIsTypedOnReading() throws Exception {
        Path file = folder.resolve("damaged.sqlite");
        try (Database whole = Database.open(file, "contract")) {
            whole.write(handle -> {
                for (int i = 0; i < 200; i++) {
                    insert(handle, "n" + i, new byte[2000]);
                }
                return 0;
            });
        }
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(20 * 4096);
            raw.write(new byte[40 * 4096]);
        }
        try (Database damaged = Database.open(file, "contract")) {
            assertThatThrownBy(() ->
                            damaged.read(handle -> handle.select("SELECT SUM(LENGTH(value)), MAX(name) FROM thing")
                                    .mapTo(Long.class)
                                    .one()))
                    .satisfies(e -> isOfKind(e, Kind.DAMAGED));
        }
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() throws Exception {
        Path file = folder.resolve("newer.sqlite");
        Database.open(file, "contract").close();
        sql(
                file,
                "INSERT INTO flyway_schema_history SELECT installed_rank + 1, '2', 'later', type, 'V2__later.sql', 7,"
                        + " installed_by, installed_on, 1, 1 FROM flyway_schema_history",
                "ALTER TABLE thing ADD COLUMN later TEXT");
        byte[] before = Files.readAllBytes(file);
        opening(file).hasMessageContaining("newer release").satisfies(e -> isOfKind(e, Kind.FOREIGN_SCHEMA));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void keylimesOwnDatabaseIsRefusedAndLeftAlone() throws Exception {
        Path file = folder.resolve("reg_data.sqlite");
        sql(
                file,
                "CREATE TABLE alembic_version_registrar (version_num TEXT)",
                "CREATE TABLE registrarmain (agent_id TEXT)");
        opening(file).hasMessageContaining("Keylime's own").satisfies(e -> isOfKind(e, Kind.FOREIGN_SCHEMA));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var tables = connection.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
            int count = 0;
            while (tables.next()) {
                count++;
            }
            assertThat(count).isEqualTo(2);
        }
    }

    @Test
    void withoutMigrationANewFileStillGetsItsSchemaAndACurrentOneOpens() {
        Path file = folder.resolve("fixed.sqlite");
        Database.open(file, "contract", false).close();
        try (Database again = Database.open(file, "contract", false)) {
            assertThat(again.<Integer>write(handle -> insert(handle, "one"))).isOne();
        }
    }

    @Test
    void aFolderThatCannotBeMadeStopsTheStartWithAReason() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "x");
        opening(notAFolder.resolve("store.sqlite"))
                .hasMessageContaining("cannot create the database")
                .satisfies(e -> isOfKind(e, Kind.IO));
    }
}

package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.testkit.RawHttp.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What survives a restart, a full disk, a database that somebody else holds, and a flood. */
class RegistrarDurabilityTest {
    @TempDir
    Path folder;

    private final TestMachine machine = TestMachine.ecc();

    @Test
    void aRestartKeepsWhatWasProvedAndWhatIsUnderWay() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            registrar.enrol(machine, "m1");
            JsonNode before = registrar.record("m1");
            TestMachine late = TestMachine.ecc();
            String blob = RegistrarKit.blob(registrar.post("m2", late.registration()));

            registrar.restart();

            assertThat(registrar.record("m1")).isEqualTo(before);
            assertThat(registrar.activate("m2", late.answer(blob, "m2")).status())
                    .isEqualTo(200);
            assertThat(registrar.list()).isEqualTo("[\"m1\",\"m2\"]");
        }
    }

    @Test
    void theDatabaseIsItsOwnersAlone() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            registrar.enrol(machine, "m1");
            for (String suffix : new String[] {"", "-wal"}) {
                Path file = Path.of(registrar.database() + suffix);
                assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void withoutMigrationAnEmptyFileStillGetsASchemaAndAnOldOneIsRefused() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder, "auto_migrate_db = False")) {
            registrar.enrol(machine, "m1");
        }
        try (Connection connection = open(folder.resolve("limelight_reg.sqlite"));
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM flyway_schema_history WHERE version = '2'");
            statement.execute("DROP INDEX pending_by_address");
        }
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        RegistrarKit.start(folder, "auto_migrate_db = False").close())
                .hasMessageContaining("auto_migrate_db");
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            assertThat(registrar.show("m1").status()).isEqualTo(200);
        }
    }

    // A full disk

    @Test
    void aFullDiskIsSaidAndOverWhenThereIsRoom() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root may mount the small tmpfs this needs");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0,
                "a tmpfs cannot be mounted here");
        try (RegistrarKit registrar = RegistrarKit.start(disk)) {
            registrar.enrol(machine, "m1");
            Path filler = disk.resolve("filler");
            fill(filler);

            Reply refused = untilRefused(registrar);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).contains("database", "later");
            assertThat(refused.json().get("results").isEmpty()).isTrue();
            assertThat(registrar.show("m1").status()).as("reading goes on").isEqualTo(200);

            Files.delete(filler);
            TestMachine late = TestMachine.ecc();
            registrar.enrol(late, "late");
            registrar.restart();
            assertThat(registrar.show("m1").status()).isEqualTo(200);
            assertThat(registrar.show("late").status()).isEqualTo(200);
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    /** The log of the database may have some room left of its own. */
    private static Reply untilRefused(RegistrarKit registrar) throws IOException {
        TestMachine other = TestMachine.ecc();
        for (int i = 0; i < 500; i++) {
            Reply reply = registrar.post("n" + i, other.registration());
            if (reply.status() != 200) {
                return reply;
            }
        }
        throw new AssertionError("the disk was not full");
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    // Somebody else's lock

    private static Connection open(Path database) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + database);
    }

    @Test
    void aDatabaseThatSomebodyElseHoldsIsSaidAndOverWhenItIsLetGo() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder);
                Connection other = open(registrar.database());
                Statement statement = other.createStatement()) {
            registrar.enrol(machine, "m1");
            statement.execute("BEGIN IMMEDIATE");
            long start = System.nanoTime();
            Reply refused = registrar.post("m2", machine.registration());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
            assertThat(registrar.show("m1").status()).as("reading goes on").isEqualTo(200);
            statement.execute("ROLLBACK");
            registrar.enrol(TestMachine.ecc(), "m2");
        }
    }

    // Floods

    private static void insertPending(Path database, String remote, int count, long now) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO pending (agent_id, ek_tpm, aik_tpm, auth_key, remote, created_at)"
                    + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + count + ")"
                    + " SELECT 'flood' || i, 'e', 'a', 'k', " + remote + ", " + now + " FROM n");
        }
    }

    private static int pending(Path database, String where) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM pending WHERE " + where)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void aFloodFromOneAddressDisplacesItself() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            long now = registrar.clock.millis();
            String honest = RegistrarKit.blob(registrar.post("m1", machine.registration()));
            insertPending(registrar.database(), "'127.0.0.66'", 10_500, now);
            assertThat(registrar
                            .postFrom("127.0.0.66", "x", TestMachine.ecc().registration())
                            .status())
                    .isEqualTo(200);
            assertThat(pending(registrar.database(), "remote = '127.0.0.66'")).isEqualTo(10_000);
            assertThat(registrar.activate("m1", machine.answer(honest, "m1")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aFloodFromEverywhereIsRefusedUntilItsAttemptsExpire() throws Exception {
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            insertPending(registrar.database(), "'10.0.0.' || (i % 200)", 100_000, registrar.clock.millis());
            Reply refused = registrar.post("m1", machine.registration());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.reason()).contains("pending");
            registrar.clock.move(Duration.ofMinutes(11));
            registrar.enrol(machine, "m1");
            assertThat(pending(registrar.database(), "1")).isZero();
        }
    }
}

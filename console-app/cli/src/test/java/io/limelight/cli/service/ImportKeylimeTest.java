package io.limelight.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight verifier import-keylime} at the command line; what is taken is the services' to test. */
class ImportKeylimeTest {
    @TempDir
    Path root;

    private Programs programs;
    private Path work;

    @BeforeEach
    void prepare() throws Exception {
        programs = new Programs(root);
        work = Files.createDirectories(root.resolve("var/lib/keylime"));
    }

    private static void sql(Path file, String... statements) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private void keylimesFiles() throws Exception {
        sql(
                work.resolve("cv_data.sqlite"),
                "CREATE TABLE verifiermain (agent_id TEXT, verifier_id TEXT)",
                "CREATE TABLE allowlists (id INTEGER, name TEXT, ima_policy TEXT, generator INTEGER)",
                "CREATE TABLE mbpolicies (id INTEGER, name TEXT, mb_policy TEXT)",
                "INSERT INTO verifiermain VALUES ('a1', 'default')",
                "INSERT INTO mbpolicies VALUES (1, 'good', '{}')");
        sql(
                work.resolve("reg_data.sqlite"),
                "CREATE TABLE registrarmain (agent_id TEXT, active INTEGER)",
                "INSERT INTO registrarmain VALUES ('r1', 0)");
    }

    @Test
    void withoutAKeylimeThereIsNothingToTake() {
        assertThat(programs.run("verifier", "import-keylime")).isEqualTo(2);
        assertThat(programs.err()).contains("neither cv_data.sqlite nor reg_data.sqlite");
    }

    @Test
    void aTrialStoresNothingAndSaysWhatIsLeft() throws Exception {
        keylimesFiles();
        assertThat(programs.run("verifier", "import-keylime")).isEqualTo(1);
        assertThat(programs.out())
                .contains("left        registration r1: it was not activated")
                .contains("left        agent a1: ")
                .contains("nothing was stored, --apply does it");
        try (var files = Files.list(work)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("cv_data.sqlite", "reg_data.sqlite");
        }
    }

    @Test
    void aFileThatIsNamedMustBeTheRightOne() throws Exception {
        keylimesFiles();
        assertThat(programs.run(
                        "verifier",
                        "import-keylime",
                        "--registrar-db",
                        work.resolve("cv_data.sqlite").toString()))
                .isEqualTo(1);
        assertThat(programs.err()).contains("it has no table registrarmain");
    }
}

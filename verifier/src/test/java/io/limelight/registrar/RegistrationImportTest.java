package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.config.KeylimeConfig;
import io.limelight.store.ImportLine;
import io.limelight.store.ImportLine.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A Keylime registrar's database, taken over. */
class RegistrationImportTest {
    @TempDir
    Path folder;

    private final TestMachine machine = TestMachine.ecc();

    private void row(Path keylime, String id, TestMachine one, int active, String ak) throws Exception {
        JsonNode posted = one.registration();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + keylime)) {
            connection.createStatement().execute("""
                            CREATE TABLE IF NOT EXISTS registrarmain (agent_id VARCHAR(80) PRIMARY KEY, key VARCHAR(45),
                                aik_tpm VARCHAR(500), ekcert TEXT, ek_tpm VARCHAR(500), iak_tpm VARCHAR(500),
                                idevid_tpm VARCHAR(500), iak_cert VARCHAR(2048), idevid_cert VARCHAR(2048),
                                mtls_cert TEXT, virtual INTEGER, ip VARCHAR(15), port INTEGER, active BOOLEAN,
                                provider_keys TEXT, regcount INTEGER)""");
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO registrarmain (agent_id, key, aik_tpm, ek_tpm, ip, port,"
                            + " active, regcount) VALUES (?, 'k', ?, ?, '127.0.0.1', 9002, ?, 3)")) {
                insert.setString(1, id);
                insert.setString(2, ak == null ? posted.path("aik_tpm").asString() : ak);
                insert.setString(3, posted.path("ek_tpm").asString());
                insert.setInt(4, active);
                insert.execute();
            }
        }
    }

    private List<ImportLine> importing(Path keylime, boolean apply) throws Exception {
        KeylimeConfig loader = new KeylimeConfig(
                Map.of(
                        "KEYLIME_DIR", folder.toString(),
                        "KEYLIME_REGISTRAR_CONFIG",
                                folder.resolve("registrar.conf").toString()),
                folder);
        byte[] before = Files.readAllBytes(keylime);
        List<ImportLine> lines = RegistrationImport.run(loader, keylime, apply, InstantSource.system());
        assertThat(Files.readAllBytes(keylime)).isEqualTo(before);
        return lines;
    }

    @Test
    void activatedRegistrationsAreHereAfterwardsAndOthersAreSaid() throws Exception {
        Path keylime = folder.resolve("reg_data.sqlite");
        row(keylime, "good", machine, 1, null);
        row(keylime, "pending", TestMachine.ecc(), 0, null);
        row(keylime, "broken", TestMachine.ecc(), 1, "AAAA");
        RegistrarKit.start(folder).close();
        List<ImportLine> trial = importing(keylime, false);
        assertThat(trial)
                .extracting(line -> line.what() + " " + line.verdict())
                .containsExactly(
                        "registration broken " + Verdict.LEFT,
                        "registration good " + Verdict.TAKEN,
                        "registration pending " + Verdict.LEFT);
        assertThat(importing(keylime, true)).isEqualTo(trial);
        assertThat(importing(keylime, true).get(1).verdict()).isEqualTo(Verdict.KNOWN);
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            assertThat(registrar.list()).isEqualTo("[\"good\"]");
            assertThat(registrar.record("good").path("regcount").asInt()).isEqualTo(3);
            // The machine itself registers anew as before; another one cannot take its place.
            registrar.enrol(machine, "good");
            assertThat(registrar.post("good", TestMachine.ecc().registration()).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void aRegistrationOfAnotherTpmThatIsHereStays() throws Exception {
        Path keylime = folder.resolve("reg_data.sqlite");
        row(keylime, "m", TestMachine.ecc(), 1, null);
        try (RegistrarKit registrar = RegistrarKit.start(folder)) {
            registrar.enrol(machine, "m");
            assertThat(importing(keylime, true).getFirst().verdict()).isEqualTo(Verdict.LEFT);
            assertThat(registrar.record("m").path("aik_tpm").asString())
                    .isEqualTo(machine.ak().publicArea().toBase64());
        }
    }
}

package io.limelight.registrar;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.store.Database;
import io.limelight.store.DatabaseLocation;
import io.limelight.store.ImportLine;
import io.limelight.store.ImportLine.Verdict;
import io.limelight.store.KeylimeFile;
import io.limelight.store.KeylimeFile.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the activated registrations of a Keylime registrar's SQLite file. Keys and certificates are read as those of an
 * agent that registers are; that the AK is in the EK's TPM, and the IAK of the same machine, was proven to Keylime. One that
 * was not activated is left: its agent registers anew.
 */
public final class RegistrationImport {
    private final RegistrationCheck check;
    private final EncodedFields fields;
    private final RegistrationStore store;
    private final List<ImportLine> lines = new ArrayList<>();

    private RegistrationImport(Database database, InstantSource clock) {
        this.fields = new EncodedFields(EncodedFields.MalformedCertAction.IGNORE);
        this.check = new RegistrationCheck(
                fields, new DeviceIdentity(Path.of("/")), RegistrationCheck.TpmIdentity.EK_CERT_OR_IAK_IDEVID);
        this.store = new RegistrationStore(database, clock);
    }

    /**
     * Takes over what the file has, or tries to.
     *
     * @param file Keylime's {@code reg_data.sqlite}; only read
     * @param apply false for a trial that stores nothing
     * @return what becomes of every registration in it
     * @throws io.limelight.store.StoreException if either database cannot be used
     */
    public static List<ImportLine> run(KeylimeConfig loader, Path file, boolean apply, InstantSource clock)
            throws ConfigException, IOException {
        ComponentConfig config = loader.load(Component.REGISTRAR);
        try (KeylimeFile source = KeylimeFile.open(file, "registrarmain")) {
            if (!apply) {
                return trial(source, clock);
            }
            DatabaseLocation location = DatabaseLocation.of(config, RegistrarProgram.DATABASE);
            try (Database database = Database.open(location, "registrar", config.bool("auto_migrate_db"))) {
                return new RegistrationImport(database, clock).all(source);
            }
        }
    }

    private static List<ImportLine> trial(KeylimeFile source, InstantSource clock) throws IOException {
        Path folder = Files.createTempDirectory("limelight-import");
        try (Database database = Database.open(folder.resolve("trial.sqlite"), "registrar")) {
            return new RegistrationImport(database, clock).all(source);
        } finally {
            try (var files = Files.walk(folder)) {
                for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    private List<ImportLine> all(KeylimeFile source) {
        source.rows("SELECT * FROM registrarmain ORDER BY agent_id").forEach(this::one);
        return List.copyOf(lines);
    }

    private void one(Row row) {
        String name = String.valueOf(row.text("agent_id"));
        String what = "registration " + name.replaceAll("[^\\w.-]", "?");
        Optional<String> problem = AgentId.problem(name);
        Integer active = row.number("active");
        try {
            if (problem.isPresent()) {
                lines.add(new ImportLine(what, Verdict.LEFT, problem.get()));
            } else if (active == null || active == 0) {
                lines.add(new ImportLine(what, Verdict.LEFT, "it was not activated; its agent registers anew"));
            } else {
                Registration registration = registration(AgentId.of(name), row);
                Integer count = row.number("regcount");
                String key = row.text("key");
                lines.add(
                        switch (store.importActive(registration, key == null ? "" : key, count == null ? 1 : count)) {
                            case ADDED -> new ImportLine(what, Verdict.TAKEN, "registered");
                            case SAME -> new ImportLine(what, Verdict.KNOWN, "it is here already");
                            case ANOTHER ->
                                new ImportLine(
                                        what, Verdict.LEFT, "there is one of that id here, of another TPM; it stays");
                        });
            }
        } catch (RegistrationRefusedException | WireFormatException e) {
            lines.add(new ImportLine(what, Verdict.LEFT, String.valueOf(e.getMessage())));
        }
    }

    private Registration registration(AgentId id, Row row) throws RegistrationRefusedException, WireFormatException {
        Registration plain = check.check(
                id,
                RegistrationRequest.from(WireJson.object()
                        .put("aik_tpm", row.text("aik_tpm"))
                        .put("ek_tpm", row.text("ek_tpm"))
                        .put("ekcert", row.text("ekcert"))
                        .put("ip", row.text("ip"))
                        .put("port", row.number("port"))
                        .put("mtls_cert", row.text("mtls_cert"))));
        return new Registration(
                id,
                plain.ek(),
                plain.ak(),
                plain.ekCert(),
                key(row, "iak_tpm"),
                certificate(row, "iak_cert"),
                key(row, "idevid_tpm"),
                certificate(row, "idevid_cert"),
                plain.ip(),
                plain.port(),
                plain.mtlsCert());
    }

    private static @Nullable String key(Row row, String column) throws RegistrationRefusedException {
        return EncodedFields.publicArea(column, row.text(column))
                .map(TpmPublic::toBase64)
                .orElse(null);
    }

    private @Nullable String certificate(Row row, String column) throws RegistrationRefusedException {
        return fields.certificate(column, row.text(column))
                .map(RegistrationCheck::base64)
                .orElse(null);
    }
}

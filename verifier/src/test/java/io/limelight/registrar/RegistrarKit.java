package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.store.PostgresForTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole registrar in a folder of its own: both listeners, a database in a file, a clock to move. */
final class RegistrarKit implements AutoCloseable {
    static final TestAuthority AUTHORITY = TestAuthority.named("CN=Keylime Certificate Authority");
    static final SSLContext ADMIN = AUTHORITY.client(AUTHORITY.issue("CN=client"));

    private static final String DATABASE = "database_url = ";
    private static final KeyMaterial SERVER = AUTHORITY.issue("CN=server");

    final Path folder;
    final MovableClock clock = new MovableClock();
    private final KeylimeConfig configuration;
    private final String databaseUrl;
    private RegistrarProgram program;

    private RegistrarKit(Path folder, KeylimeConfig configuration, String databaseUrl) {
        this.folder = folder;
        this.databaseUrl = databaseUrl;
        this.configuration = configuration;
    }

    /** Starts one with further lines in its {@code [registrar]} section. */
    static RegistrarKit start(Path folder, String... options) throws Exception {
        Path ca = Files.createDirectories(folder.resolve("cv_ca"));
        Files.createDirectories(folder.resolve("store"));
        Files.writeString(ca.resolve("cacert.crt"), PemFiles.certificate(AUTHORITY.certificate()));
        Files.writeString(ca.resolve("server-cert.crt"), PemFiles.certificate(SERVER.certificate()));
        Files.write(ca.resolve("server-private.pem"), PemFiles.privateKey(SERVER.key(), new char[0]));
        Path file = folder.resolve("registrar.conf");
        Files.writeString(
                file, "[registrar]\nport = 0\ntls_port = 0\nmetrics_port = 0\n" + String.join("\n", options) + "\n");
        RegistrarKit kit = new RegistrarKit(
                folder,
                new KeylimeConfig(
                        Map.of(
                                "KEYLIME_DIR", folder.toString(),
                                "KEYLIME_REGISTRAR_CONFIG", file.toString(),
                                "KEYLIME_TENANT_TPM_CERT_STORE",
                                        folder.resolve("store").toString()),
                        folder),
                Stream.of(options)
                        .filter(option -> option.startsWith(DATABASE))
                        .map(option -> option.substring(DATABASE.length()))
                        .findFirst()
                        .orElse("sqlite"));
        kit.startProgram();
        return kit;
    }

    private void startProgram() throws Exception {
        program = RegistrarProgram.start(configuration, new SecureRandom(), clock);
    }

    /** Ends the program in order and starts it again on the same folder. */
    void restart() throws Exception {
        program.close();
        startProgram();
    }

    Path database() {
        return folder.resolve("limelight_reg.sqlite");
    }

    /** Looks into its database, past the registrar. */
    Connection sql() throws SQLException, IOException {
        return databaseUrl.equals("sqlite")
                ? DriverManager.getConnection("jdbc:sqlite:" + database())
                : PostgresForTests.shared().superuser(PostgresForTests.nameOf(databaseUrl), "limelight_registrar");
    }

    int port() {
        return program.port();
    }

    int monitorPort() {
        return program.monitorPort().orElseThrow();
    }

    int tlsPort() {
        return program.tlsPort();
    }

    @Override
    public void close() {
        program.close();
    }

    // Agents

    /** A request to the plain port, as agents make it. */
    Reply plain(String method, String path, JsonNode body) throws IOException {
        return plainFrom("127.0.0.1", method, path, body);
    }

    /** The same from another address of the loopback network. */
    Reply plainFrom(String address, String method, String path, JsonNode body) throws IOException {
        try (RawHttp http = RawHttp.plainFrom(address, port())) {
            return http.request(method, path, WireJson.compact(body));
        }
    }

    Reply post(String id, JsonNode body) throws IOException {
        return plain("POST", "/v2.6/agents/" + id, body);
    }

    Reply postFrom(String address, String id, JsonNode body) throws IOException {
        return plainFrom(address, "POST", "/v2.6/agents/" + id, body);
    }

    Reply activate(String id, String tag) throws IOException {
        return plain("PUT", "/v2.6/agents/" + id, activation(tag));
    }

    Reply activateFrom(String address, String id, String tag) throws IOException {
        return plainFrom(address, "PUT", "/v2.6/agents/" + id, activation(tag));
    }

    static ObjectNode activation(String tag) {
        return WireJson.object().put("auth_tag", tag);
    }

    static String blob(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.json().at("/results/blob").asString();
    }

    /** Registers and activates; every step must succeed. */
    void enrol(TestMachine machine, String id) throws Exception {
        enrol(machine, id, machine.registration());
    }

    void enrol(TestMachine machine, String id, JsonNode registration) throws Exception {
        String blob = blob(post(id, registration));
        assertThat(activate(id, machine.answer(blob, id)).status()).isEqualTo(200);
    }

    // Administrators

    /** A request to the TLS port by an administrator. */
    Reply admin(String method, String path) throws IOException {
        return tls(ADMIN, method, path);
    }

    Reply tls(SSLContext client, String method, String path, String... headers) throws IOException {
        try (RawHttp http = RawHttp.tls(tlsPort(), client)) {
            return http.request(method, path, headers);
        }
    }

    Reply show(String id) throws IOException {
        return admin("GET", "/v2.6/agents/" + id);
    }

    /** The results of an active registration. */
    JsonNode record(String id) throws IOException {
        Reply reply = show(id);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.json().get("results");
    }

    String list() throws IOException {
        return admin("GET", "/v2.6/agents/").json().at("/results/uuids").toString();
    }
}

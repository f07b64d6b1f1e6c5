package io.limelight.verifier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.OperationalState;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.TrustedCas;
import io.limelight.store.PostgresForTests;
import io.limelight.verifier.VerifierProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A real verifier in this process, in a folder of its own, and a tenant's way to talk to it. */
public final class VerifierUnderTest implements AutoCloseable {
    /** An answer: status and body; the body is an empty object when there is none. */
    public record Reply(int status, ObjectNode body) {
        public String reason() {
            return body.path("status").asString("");
        }

        public JsonNode results() {
            return body.path("results");
        }
    }

    /** Quick in everything, so that a test sees every state within a second. */
    public static final String QUICK = """
            [verifier]
            port = 0
            quote_interval = 0.1
            retry_interval = 0.05
            max_retries = 3
            request_timeout = 15
            shutdown_drain_timeout = 3
            metrics = False
            """;

    public static final Duration SOON = Duration.ofSeconds(60);

    private final Path folder;
    private final String databaseUrl;
    private VerifierProgram program;
    private int elsewhere;
    private OkHttpClient http;
    private OkHttpClient anonymous;

    private VerifierUnderTest(Path folder, String databaseUrl) {
        this.folder = folder;
        this.databaseUrl = databaseUrl;
    }

    /** Starts one that is quick in everything. */
    public static VerifierUnderTest start(Path folder) throws Exception {
        return start(folder, "");
    }

    /** Starts one with further options in section {@code verifier} (or another, with its header). */
    public static VerifierUnderTest start(Path folder, String options) throws Exception {
        return start(folder, options, "sqlite");
    }

    /** Starts one on another database; whatever it is configured to do later, that stays. */
    public static VerifierUnderTest start(Path folder, String options, String databaseUrl) throws Exception {
        VerifierUnderTest verifier = new VerifierUnderTest(folder, databaseUrl);
        verifier.configure(QUICK + options);
        verifier.begin();
        return verifier;
    }

    public void configure(String text) throws IOException {
        // An option named twice in one section is an error, as with Keylime; the later one wins here.
        Map<String, String> lines = new java.util.LinkedHashMap<>();
        lines.put("[verifier]", "[verifier]");
        lines.put("database_url", "database_url = " + databaseUrl);
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String key = line.startsWith("[")
                    ? line
                    : line.substring(0, line.indexOf('=')).strip();
            lines.put(key, line);
        });
        Files.writeString(folder.resolve("verifier.conf"), String.join("\n", lines.values()) + "\n");
    }

    /** The loader of its configuration. */
    public KeylimeConfig loader() {
        return new KeylimeConfig(
                Map.of(
                        "KEYLIME_DIR", folder.toString(),
                        "KEYLIME_VERIFIER_CONFIG",
                                folder.resolve("verifier.conf").toString()),
                folder);
    }

    public void begin() throws Exception {
        takeCa();
        program = VerifierProgram.start(loader(), Optional.empty(), TestKeys.RANDOM, InstantSource.system());
        keepCa();
        if (http == null) {
            http = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(60)), ClientTls.trusting(cas(), Optional.of(clientIdentity())));
            anonymous = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(60)), ClientTls.trusting(cas(), Optional.empty()));
        }
    }

    private static Path ca;

    /** Making a CA takes a second of RSA keys; the tests of one process share the first one that was made. */
    private void takeCa() throws IOException {
        synchronized (VerifierUnderTest.class) {
            Path own = folder.resolve("cv_ca");
            if (ca != null && !Files.exists(own)) {
                Files.createDirectories(own);
                try (var files = Files.list(ca)) {
                    for (Path file : files.toList()) {
                        Files.copy(file, own.resolve(file.getFileName()));
                    }
                }
            }
        }
    }

    private void keepCa() throws IOException {
        synchronized (VerifierUnderTest.class) {
            if (ca == null) {
                Path copy = Files.createTempDirectory("limelight-test-ca");
                copy.toFile().deleteOnExit();
                try (var files = Files.list(folder.resolve("cv_ca"))) {
                    for (Path file : files.toList()) {
                        Path target = copy.resolve(file.getFileName());
                        Files.copy(file, target);
                        target.toFile().deleteOnExit();
                    }
                }
                ca = copy;
            }
        }
    }

    /** Stops and starts it again. */
    public void restart() throws Exception {
        stop();
        begin();
    }

    public void stop() {
        if (program != null) {
            program.close();
            program = null;
        }
    }

    public Path folder() {
        return folder;
    }

    public Path database() {
        return folder.resolve("limelight_cv.sqlite");
    }

    /** Looks into its database, past the verifier. */
    public Connection sql() throws SQLException, IOException {
        return databaseUrl.equals("sqlite")
                ? DriverManager.getConnection("jdbc:sqlite:" + database() + "?busy_timeout=10000")
                : PostgresForTests.shared().superuser(PostgresForTests.nameOf(databaseUrl), "limelight_verifier");
    }

    public int port() {
        return program == null ? elsewhere : program.port();
    }

    /** Where its metrics and health are, when they are on. */
    public OptionalInt monitorPort() {
        return program.monitorPort();
    }

    /** Talks to a verifier that runs in another process on this folder. */
    public void at(int port) {
        elsewhere = port;
    }

    /** The CAs its client certificate is under; machines are to admit these. */
    public TrustedCas cas() throws Exception {
        return tls().trusted("trusted_server_ca");
    }

    public KeyMaterial clientIdentity() throws Exception {
        return tls().client();
    }

    /** A certificate under the CA it trusts, for servers that it calls. */
    public KeyMaterial serverIdentity() throws Exception {
        return TlsFiles.of(loader().load(Component.VERIFIER), "cv_ca")
                .server(io.limelight.core.tls.ServerTls.ClientAuth.REQUESTED)
                .identity();
    }

    /** Another client, which shows this certificate. */
    public OkHttpClient clientAs(KeyMaterial identity) throws Exception {
        return HttpClients.tls(
                HttpTimeouts.of(Duration.ofSeconds(60)), ClientTls.trusting(cas(), Optional.of(identity)));
    }

    /** The administrator's client. */
    public OkHttpClient client() {
        return http;
    }

    private TlsFiles tls() throws Exception {
        return TlsFiles.of(loader().load(Component.TENANT), "cv_ca");
    }

    public Reply call(String method, String path, byte[] body) throws IOException {
        return call(http, method, path, body);
    }

    public Reply callAnonymously(String method, String path, byte[] body) throws IOException {
        return call(anonymous, method, path, body);
    }

    public Reply call(OkHttpClient client, String method, String path, byte[] body) throws IOException {
        RequestBody content =
                method.equals("GET") ? null : RequestBody.create(body == null ? new byte[0] : body, (MediaType) null);
        Request request = new Request.Builder()
                .url("https://127.0.0.1:" + port() + path)
                .method(method, content)
                .build();
        try (Response response = client.newCall(request).execute()) {
            byte[] bytes = response.body().bytes();
            return new Reply(response.code(), bytes.length == 0 ? WireJson.object() : WireJson.parseObject(bytes));
        }
    }

    public Reply get(String path) throws IOException {
        return call("GET", path, null);
    }

    public Reply post(String id, ObjectNode body) throws IOException {
        return call("POST", "/v2.6/agents/" + id, WireJson.compact(body));
    }

    /** Adds a machine and insists on success. */
    public void add(String id, ObjectNode body) throws IOException {
        Reply reply = post(id, body);
        assertThat(reply.status()).as(reply.reason()).isEqualTo(200);
    }

    public Reply delete(String id) throws IOException {
        return call("DELETE", "/v2.6/agents/" + id, null);
    }

    public Reply stopAgent(String id) throws IOException {
        return call("PUT", "/v2.6/agents/" + id + "/stop", null);
    }

    public Reply reactivate(String id) throws IOException {
        return call("PUT", "/v2.6/agents/" + id + "/reactivate", null);
    }

    public AgentStatus status(String id) throws Exception {
        Reply reply = get("/v2.6/agents/" + id);
        assertThat(reply.status()).isEqualTo(200);
        return AgentStatus.from(reply.results());
    }

    public OperationalState state(String id) throws Exception {
        return status(id).state().orElseThrow();
    }

    /** Waits until the status is as wanted. */
    public AgentStatus awaitStatus(String id, Predicate<AgentStatus> wanted) {
        return await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> status(id), wanted);
    }

    public AgentStatus awaitState(String id, OperationalState wanted) {
        return awaitStatus(id, status -> status.state().orElseThrow() == wanted);
    }

    /** Waits for so many passes more than there are. */
    public void awaitPasses(String id, int further) throws Exception {
        long before = status(id).attestationCount();
        awaitStatus(id, status -> status.attestationCount() >= before + further);
    }

    @Override
    public void close() {
        stop();
        if (http != null) {
            HttpClients.close(http);
            HttpClients.close(anonymous);
        }
    }
}

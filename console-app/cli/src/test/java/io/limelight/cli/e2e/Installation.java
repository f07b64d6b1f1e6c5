package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.PreparedTpm;
import io.limelight.cli.sandbox.SoftwareTpm;
import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.Traces;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an administrator sets up by hand: configuration files in Keylime's form, the services started by the launcher, a
 * machine with a software TPM. Everything is in one folder and gone after {@link #close}.
 */
final class Installation implements AutoCloseable {
    static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";

    private enum Service {
        VERIFIER,
        REGISTRAR
    }

    private static final HttpTimeouts ANSWER = HttpTimeouts.of(Duration.ofSeconds(20));

    private final Path root;
    private final Ports ports = new Ports();
    private final int verifierPort;
    private final int registrarPort;
    private final int registrarTlsPort;
    private final int agentPort;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<Service, Launched> services = new EnumMap<>(Service.class);
    private final Map<String, String> agentOptions = new HashMap<>();
    private final Traces traces;
    private SoftwareTpm tpm;

    // Kept, as questions come several times a second and a handshake is the larger part of one.
    private @Nullable OkHttpClient toServices;
    private @Nullable OkHttpClient toAgent;
    private @Nullable X509Certificate pinned;

    Installation(Path root) throws Exception {
        this.root = root;
        this.traces = new Traces(root);
        this.verifierPort = ports.next();
        this.registrarPort = ports.next();
        this.registrarTlsPort = ports.next();
        this.agentPort = ports.next();
        PreparedTpm.copyTo(machine().resolve("tpm"));
        configure();
        startTpm();
    }

    private void configure() throws Exception {
        write("etc/verifier.conf", """
                [verifier]
                ip = 127.0.0.1
                port = %d
                quote_interval = 0.5
                retry_interval = 0.5
                max_retries = 60
                exponential_backoff = False
                metrics = False
                """.formatted(verifierPort));
        write("etc/registrar.conf", """
                [registrar]
                ip = 127.0.0.1
                port = %d
                tls_port = %d
                metrics = False
                """.formatted(registrarPort, registrarTlsPort));
        write("etc/tenant.conf", """
                [tenant]
                verifier_port = %d
                registrar_port = %d
                tpm_cert_store = %s
                retry_interval = 0.2
                max_retries = 50
                exponential_backoff = False
                """.formatted(verifierPort, registrarTlsPort, PreparedTpm.vendorCertificates()));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    Path root() {
        return root;
    }

    Path services() {
        return root.resolve("services");
    }

    Path machine() {
        return root.resolve("machine");
    }

    Path unpacked() {
        return machine().resolve("secure/unzipped");
    }

    Path logs() {
        return root.resolve("logs");
    }

    SoftwareTpm tpm() {
        return tpm;
    }

    int agentPort() {
        return agentPort;
    }

    /** An option of agent.conf, as TOML, for the next start of the agent. */
    Installation agentOption(String name, String toml) {
        agentOptions.put(name, toml);
        return this;
    }

    Map<String, String> environment() {
        return Map.of(
                "KEYLIME_DIR", services().toString(),
                "KEYLIME_VERIFIER_CONFIG", root.resolve("etc/verifier.conf").toString(),
                "KEYLIME_REGISTRAR_CONFIG", root.resolve("etc/registrar.conf").toString(),
                "KEYLIME_TENANT_CONFIG", root.resolve("etc/tenant.conf").toString());
    }

    void startTpm() throws Exception {
        tpm = SoftwareTpm.start("machine", machine().resolve("tpm"), root);
        running.push(tpm);
    }

    /** TPM2_Shutdown(CLEAR), as a kernel sends it before the power goes (TPM 2.0 Part 3 §9.4). */
    void announceShutdown() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(tpm.socket()))) {
            channel.write(ByteBuffer.wrap(HexFormat.of().parseHex("80010000000c000001450000")));
            ByteBuffer answer = ByteBuffer.allocate(10);
            while (answer.hasRemaining()) {
                assertThat(channel.read(answer)).isPositive();
            }
            assertThat(answer.getInt(6)).as("TPM_RC").isZero();
        }
    }

    /** Starts the agent, and before it the services that do not run; waits until all are ready. */
    Started startAll() throws Exception {
        startServices();
        return new Started(services.get(Service.VERIFIER), services.get(Service.REGISTRAR), startAgent());
    }

    record Started(Launched verifier, Launched registrar, Launched agent) {}

    /** Starts those of the services that do not run. */
    void startServices() throws Exception {
        if (!runs(Service.VERIFIER)) {
            startVerifier();
        }
        if (!runs(Service.REGISTRAR)) {
            startRegistrar();
        }
    }

    private boolean runs(Service service) {
        return services.containsKey(service) && services.get(service).process().isAlive();
    }

    Launched startVerifier() throws Exception {
        return start(Service.VERIFIER, "verifier");
    }

    Launched startRegistrar() throws Exception {
        return start(Service.REGISTRAR, "registrar");
    }

    private Launched start(Service service, String name) throws Exception {
        Launched program = Launched.start(logs(), environment(), name);
        services.put(service, program);
        return program.awaitReady();
    }

    /**
     * The services stay, everything else is as in a new installation: what runs of the machine ends, nobody knows it any
     * more, its folder and whatever a test has put beside it are gone, another TPM begins its life.
     */
    synchronized void replaceMachine() throws Exception {
        closeMachine();
        traces.remove(servicePids());
        if (!services.isEmpty()) {
            startServices();
            forgetMachine();
        }
        for (Path left : children(root)) {
            if (!List.of(root.resolve("etc"), services(), logs()).contains(left)) {
                delete(left);
            }
        }
        agentOptions.clear();
        PreparedTpm.copyTo(machine().resolve("tpm"));
        startTpm();
    }

    private Set<Long> servicePids() {
        return services.values().stream()
                .map(service -> service.process().pid())
                .collect(Collectors.toSet());
    }

    /** Processes besides those of the services and of the TPM that is ready for the next agent. */
    List<ProcessHandle> strangers() {
        Set<Long> known = servicePids();
        return traces.processes().stream()
                .filter(process -> !known.contains(process.pid())
                        && process.pid() != tpm.process().pid())
                .toList();
    }

    private void forgetMachine() throws Exception {
        AgentId id = AgentId.of(ID);
        withServices(http -> {
            VerifierClient verifier = new VerifierClient(Endpoint.verifier("127.0.0.1", verifierPort), http);
            Awaitility.await("the verifier forgets the machine")
                    .until(() -> verifier.delete(ApiVersion.CURRENT, id) == VerifierClient.Deletion.ABSENT);
            return new RegistrarClient(Endpoint.registrar("127.0.0.1", registrarTlsPort), http)
                    .delete(ApiVersion.CURRENT, id);
        });
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    Launched startAgent() throws Exception {
        return launchAgent().awaitReady();
    }

    /** Without waiting for it to be ready. */
    Launched launchAgent() throws Exception {
        Map<String, String> options = new java.util.TreeMap<>(Map.of(
                "ip",
                "\"127.0.0.1\"",
                "port",
                Integer.toString(agentPort),
                "contact_port",
                Integer.toString(agentPort),
                "registrar_port",
                Integer.toString(registrarPort),
                "trusted_client_ca",
                "\"" + services().resolve("cv_ca/cacert.crt") + "\"",
                "exponential_backoff_initial_delay",
                "200",
                "run_as",
                "\"\""));
        options.putAll(agentOptions);
        StringBuilder toml = new StringBuilder("[agent]\n");
        options.forEach(
                (name, value) -> toml.append(name).append(" = ").append(value).append('\n'));
        write("etc/agent.conf", toml.toString());
        return started(Launched.start(
                logs(),
                Map.of(
                        "KEYLIME_DIR",
                        machine().toString(),
                        "KEYLIME_AGENT_CONFIG",
                        root.resolve("etc/agent.conf").toString(),
                        "RUST_LOG",
                        "keylime_agent=info,keylime=info",
                        "TCTI",
                        "swtpm:path=" + tpm.socket()),
                "agent"));
    }

    private Launched started(Launched program) {
        running.push(program);
        return program;
    }

    /**
     * What {@code limelight tenant} came to.
     *
     * @param status exit status
     * @param out standard output
     * @param err standard error
     */
    record Outcome(int status, String out, String err) {
        /** Fails with everything it said unless it succeeded. */
        Outcome succeeded() {
            assertThat(status)
                    .as("the tenant's exit status; it said:\n%s%s", out, err)
                    .isZero();
            return this;
        }

        /** The JSON object that follows the line with this text. */
        JsonNode jsonAfter(String marker) throws IOException {
            int at = out.indexOf(marker);
            assertThat(at).as("\"%s\" in:\n%s%s", marker, out, err).isNotNegative();
            String rest = out.substring(out.indexOf('{', at));
            int depth = 0;
            for (int i = 0; i < rest.length(); i++) {
                depth += rest.charAt(i) == '{' ? 1 : rest.charAt(i) == '}' ? -1 : 0;
                if (depth == 0) {
                    return WireJson.parseObject(rest.substring(0, i + 1).getBytes(StandardCharsets.UTF_8));
                }
            }
            throw new AssertionError("no complete object after " + marker + " in:\n" + out);
        }
    }

    Outcome tenant(String... arguments) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of("tenant"));
        all.addAll(List.of(arguments));
        try (Launched tenant = Launched.start(logs(), environment(), all.toArray(new String[0]))) {
            return new Outcome(tenant.exitStatus(), tenant.out(), tenant.err());
        }
    }

    /** The verifier's status of the machine, as {@code limelight tenant} prints it. */
    JsonNode status() throws Exception {
        return tenant("-c", "cvstatus", "-u", ID)
                .succeeded()
                .jsonAfter("Agent Info from Verifier")
                .path(ID);
    }

    /** Something that is asked of the agent. */
    @FunctionalInterface
    interface Question<T> {
        T ask(AgentClient agent) throws Exception;
    }

    /** Asks the agent with the tenant's certificate. */
    <T> T withAgent(Question<T> question) throws Exception {
        X509Certificate certificate =
                PemFiles.readCertificates(machine().resolve("server-cert.crt")).getFirst();
        if (!certificate.equals(pinned)) {
            close(toAgent);
            toAgent = HttpClients.tls(
                    ANSWER, ClientTls.pinned(certificate, Optional.of(tenant()), InstantSource.system()));
            pinned = certificate;
        }
        return question.ask(new AgentClient(Endpoint.agent("127.0.0.1", agentPort), Objects.requireNonNull(toAgent)));
    }

    private KeyMaterial tenant() throws Exception {
        Path ca = services().resolve("cv_ca");
        return KeyMaterial.read(ca.resolve("client-private.pem"), ca.resolve("client-cert.crt"), new char[0]);
    }

    /** Something that is asked of the services with the tenant's certificate. */
    @FunctionalInterface
    private interface ServiceQuestion<T> {
        T ask(OkHttpClient http) throws Exception;
    }

    private <T> T withServices(ServiceQuestion<T> question) throws Exception {
        if (toServices == null) {
            toServices = HttpClients.tls(
                    ANSWER,
                    ClientTls.trusting(
                            TrustedCas.read(List.of(services().resolve("cv_ca/cacert.crt"))), Optional.of(tenant())));
        }
        return question.ask(toServices);
    }

    /** The verifier's status of the machine, asked here: for waiting, where a program per question would be the load. */
    AgentStatus watched() throws Exception {
        return withServices(http -> new VerifierClient(Endpoint.verifier("127.0.0.1", verifierPort), http)
                .agent(ApiVersion.CURRENT, AgentId.of(ID))
                .value());
    }

    /** {@code GET /limelight/v1/status} of the agent. */
    JsonNode agentStatus() throws Exception {
        return withAgent(agent -> agent.limelightStatus().value());
    }

    /** Waits until {@link #agentStatus} shows the payload at a stage. */
    JsonNode awaitStage(String stage) {
        return Awaitility.await("payload_stage " + stage)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        this::agentStatus,
                        status -> status.path("payload_stage").asString().equals(stage));
    }

    /** Its processes and mounts. */
    Traces traces() {
        return traces;
    }

    private void closeMachine() throws IOException {
        IOException problem = new IOException("the machine did not end in order");
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                problem.addSuppressed(e);
            }
        }
        if (problem.getSuppressed().length > 0) {
            throw problem;
        }
    }

    /** Whatever fails in it, the rest is done all the same: nothing runs and nothing is mounted afterwards. */
    @Override
    public synchronized void close() throws IOException {
        IOException problem = new IOException("the installation did not end in order");
        try {
            closeMachine();
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
        services.values().forEach(Launched::close);
        services.clear();
        close(toServices);
        close(toAgent);
        try {
            traces.remove();
        } catch (IOException e) {
            problem.addSuppressed(e);
        }
        // Not through a mount that could not be removed.
        if (traces.mounts().isEmpty() && Files.exists(root)) {
            delete(root);
        }
        if (problem.getSuppressed().length > 0) {
            throw problem;
        }
    }

    private static void close(@Nullable OkHttpClient client) {
        if (client != null) {
            HttpClients.close(client);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

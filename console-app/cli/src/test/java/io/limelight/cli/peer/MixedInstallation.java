package io.limelight.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.sandbox.Child;
import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SoftwareTpms;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.testkit.Traces;
import io.limelight.core.tls.ClientTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.awaitility.Awaitility;

/**
 * One installation whose parts are ours or Keylime's, as the test likes. All of them share one set of configuration files,
 * made by Keylime's own tool with Keylime's defaults and adapted by environment variables, and one folder of services'
 * certificates, made by whichever verifier runs. Everything is in one folder and gone after {@link #close}.
 */
final class MixedInstallation implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration TENANT = Duration.ofMinutes(2);

    private final Path root;
    private final Ports ports = new Ports();
    private final SoftwareTpms tpms;
    private final int verifierPort;
    private final int registrarPort;
    private final int registrarTlsPort;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Thread lastResort = new Thread(this::endProcesses, "end of the mixed installation");
    private OkHttpClient http;

    MixedInstallation() throws Exception {
        root = Files.createTempDirectory("limelight-peer-");
        // Keylime's programs do not notice that the test run was ended before its time.
        Runtime.getRuntime().addShutdownHook(lastResort);
        tpms = new SoftwareTpms(root.resolve("tpms"));
        verifierPort = ports.next();
        registrarPort = ports.next();
        registrarTlsPort = ports.next();
        tpms.prepare();
        Files.createDirectories(services());
        Files.createDirectories(logs());
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(tpms.vendorCertificates());
        try (PeerProcess tool = PeerProcess.start(
                "keylime_upgrade_config",
                List.of(
                        PeerPrograms.keylime("keylime_upgrade_config"),
                        "--defaults",
                        "--out",
                        root.resolve("etc").toString()),
                Map.of(),
                logs().resolve("config.log"))) {
            assertThat(tool.exitStatus(START)).as(tool.tail()).isZero();
        }
    }

    Path root() {
        return root;
    }

    Path services() {
        return root.resolve("services");
    }

    private Path logs() {
        return root.resolve("logs");
    }

    SoftwareTpms tpms() {
        return tpms;
    }

    Ports ports() {
        return ports;
    }

    int registrarPort() {
        return registrarPort;
    }

    /** What every program of the services' side gets to see, ours and Keylime's alike. */
    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        environment.put("KEYLIME_DIR", services().toString());
        for (String component : List.of("verifier", "registrar", "tenant", "ca", "logging")) {
            environment.put(
                    "KEYLIME_" + component.toUpperCase(java.util.Locale.ROOT) + "_CONFIG",
                    root.resolve("etc").resolve(component + ".conf").toString());
        }
        environment.put("KEYLIME_VERIFIER_PORT", Integer.toString(verifierPort));
        environment.put("KEYLIME_VERIFIER_NUM_WORKERS", "1");
        environment.put("KEYLIME_VERIFIER_QUOTE_INTERVAL", "1");
        // Long enough for an agent that is exchanged for the other one, on a busy computer.
        environment.put("KEYLIME_VERIFIER_RETRY_INTERVAL", "1");
        environment.put("KEYLIME_VERIFIER_MAX_RETRIES", "90");
        environment.put("KEYLIME_VERIFIER_EXPONENTIAL_BACKOFF", "False");
        environment.put("KEYLIME_REGISTRAR_PORT", Integer.toString(registrarPort));
        environment.put("KEYLIME_REGISTRAR_TLS_PORT", Integer.toString(registrarTlsPort));
        environment.put("KEYLIME_TENANT_VERIFIER_PORT", Integer.toString(verifierPort));
        environment.put("KEYLIME_TENANT_REGISTRAR_PORT", Integer.toString(registrarTlsPort));
        environment.put(
                "KEYLIME_TENANT_TPM_CERT_STORE", tpms.vendorCertificates().toString());
        environment.put("KEYLIME_TENANT_ACCEPT_TPM_SIGNING_ALGS", "['rsassa', 'ecdsa']");
        environment.put("KEYLIME_TENANT_ACCEPT_TPM_ENCRYPTION_ALGS", "['rsa', 'ecc', 'ecc384']");
        environment.put("KEYLIME_TENANT_RETRY_INTERVAL", "1");
        environment.put("KEYLIME_TENANT_MAX_RETRIES", "40");
        environment.put("KEYLIME_TENANT_EXPONENTIAL_BACKOFF", "False");
        environment.put("KEYLIME_CA_PASSWORD", "not the default one");
        return environment;
    }

    // --- services ---

    /** Starts the verifier; the first one makes the certificates of all. */
    PeerProcess startVerifier(Side side) throws Exception {
        return startService(side, "verifier", verifierPort);
    }

    PeerProcess startRegistrar(Side side) throws Exception {
        return startService(side, "registrar", registrarTlsPort);
    }

    private PeerProcess startService(Side side, String name, int port) throws Exception {
        List<String> command = switch (side) {
            case LIMELIGHT -> Child.program(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"), name, "--stop-on-eof");
            case KEYLIME -> List.of(PeerPrograms.keylime("keylime_" + name));
        };
        PeerProcess service = own(PeerProcess.start(
                side + " " + name, command, environment(), Files.createTempFile(logs(), name + "-", ".log")));
        Awaitility.await(side + " " + name + " opens port " + port)
                .atMost(START)
                .until(() -> {
                    service.requireAlive();
                    return Ports.open(port);
                });
        return service;
    }

    /** Takes charge of something that must end with the installation. */
    synchronized <T extends AutoCloseable> T own(T part) {
        running.push(part);
        return part;
    }

    // --- the tenant and other commands ---

    /**
     * What a command came to.
     *
     * @param status exit status
     * @param said the end of its output
     */
    record Outcome(int status, String said) {
        Outcome succeeded() {
            assertThat(status).as("exit status; it said:\n%s", said).isZero();
            return this;
        }
    }

    Outcome tenant(Side side, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                switch (side) {
                    case LIMELIGHT -> Child.program(List.of("-XX:TieredStopAtLevel=1"), "tenant");
                    case KEYLIME -> List.of(PeerPrograms.keylime("keylime_tenant"));
                });
        command.addAll(List.of(arguments));
        return run(side + " tenant", command);
    }

    Outcome ca(Side side, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                switch (side) {
                    case LIMELIGHT -> Child.program(List.of("-XX:TieredStopAtLevel=1"), "ca");
                    case KEYLIME -> List.of(PeerPrograms.keylime("keylime_ca"));
                });
        command.addAll(List.of(arguments));
        return run(side + " ca", command);
    }

    private Outcome run(String name, List<String> command) throws Exception {
        try (PeerProcess process =
                PeerProcess.start(name, command, environment(), Files.createTempFile(logs(), "command-", ".log"))) {
            return new Outcome(process.exitStatus(TENANT), process.tail());
        }
    }

    // --- what the services say to our own clients ---

    /** What the verifier says of the machine, whosever it is; empty when it does not know it. */
    Optional<AgentStatus> status(AgentId id) throws Exception {
        return new VerifierClient(Endpoint.verifier("127.0.0.1", verifierPort), http()).find(ApiVersion.CURRENT, id);
    }

    /** What the registrar says of the machine. */
    Optional<RegistrarAgent> registration(AgentId id) throws Exception {
        return new RegistrarClient(Endpoint.registrar("127.0.0.1", registrarTlsPort), http())
                .find(ApiVersion.CURRENT, id);
    }

    private OkHttpClient http() throws Exception {
        if (http == null) {
            ComponentConfig config = new KeylimeConfig(environment(), Path.of("/")).load(Component.TENANT);
            TlsFiles files = TlsFiles.of(config, "cv_ca");
            http = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(20)),
                    ClientTls.trusting(files.trusted("trusted_server_ca"), Optional.of(files.client())));
        }
        // A test may think longer than a service keeps a connection open.
        http.connectionPool().evictAll();
        return http;
    }

    /** Newest first; what does not end in order is reported after all have been asked. */
    private synchronized void endProcesses() {
        IllegalStateException failure = null;
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                failure = new IllegalStateException("a part of the installation did not end in order", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        if (http != null) {
            HttpClients.close(http);
        }
        Runtime.getRuntime().removeShutdownHook(lastResort);
        endProcesses();
        new Traces(root).remove();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}

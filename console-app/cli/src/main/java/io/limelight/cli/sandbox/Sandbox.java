package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A whole Keylime-compatible installation in one folder on this computer: verifier, registrar, tenant configuration and
 * machines with software TPMs, all real programs in processes of their own. Closing it ends every process, unmounts what
 * was mounted and removes the folder, whatever state it is in.
 */
public final class Sandbox implements AutoCloseable {
    /** A computer that is busy with other work may need long; one that is not answers within a second or two. */
    private static final Duration START = Duration.ofMinutes(3);

    private static final Duration RUN = Duration.ofMinutes(2);
    private static final int QUOTE_INTERVAL = 2;
    private static final int BROKEN_CONNECTIONS = 3;

    private final SandboxFolder folder;
    private final boolean root;
    private final Ports ports = new Ports();
    private final SoftwareTpms tpms;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Map<String, Child> services = new ConcurrentHashMap<>();
    private final int verifierPort;
    private final int registrarPort;
    private final int registrarTlsPort;
    private final int crlPort;
    private final int noticesPort;
    private @Nullable OkHttpClient http;
    private boolean ending;
    private boolean closed;

    private Sandbox(SandboxFolder folder, boolean root) throws SandboxException {
        this.folder = folder;
        this.root = root;
        this.tpms = new SoftwareTpms(folder.root().resolve("tpms"), this::own);
        this.verifierPort = ports.next();
        this.registrarPort = ports.next();
        this.registrarTlsPort = ports.next();
        this.crlPort = ports.next();
        this.noticesPort = ports.next();
    }

    /** Makes the folder and the configuration files; starts nothing yet. */
    public static Sandbox create() throws SandboxException {
        Sandbox sandbox = new Sandbox(SandboxFolder.create(), "root".equals(System.getProperty("user.name")));
        try {
            PrivateFiles.createFolder(sandbox.folder.logs());
            sandbox.tpms.prepare();
            sandbox.writeServiceConfiguration();
            return sandbox;
        } catch (IOException e) {
            sandbox.close();
            throw new SandboxException("cannot prepare " + sandbox.folder.root() + ": " + e.getMessage(), e);
        } catch (SandboxException e) {
            sandbox.close();
            throw e;
        }
    }

    /** The folder everything lives in. */
    public Path path() {
        return folder.root();
    }

    /** Whether secure areas are real tmpfs mounts (that takes root), or plain folders. */
    public boolean realSecureMounts() {
        return root;
    }

    int verifierPort() {
        return verifierPort;
    }

    int registrarPort() {
        return registrarPort;
    }

    int registrarTlsPort() {
        return registrarTlsPort;
    }

    /** Folder where the machine unpacked its payload. */
    public Path unpacked(String machine) {
        return folder.unpacked(machine);
    }

    /** Takes charge of something that must end with the sandbox; when that is ending already, at once. */
    private void own(AutoCloseable part) throws SandboxException {
        synchronized (running) {
            if (!ending) {
                running.push(part);
                return;
            }
        }
        closePart(part);
        throw new SandboxException("the sandbox is being closed");
    }

    private static void closePart(AutoCloseable part) throws SandboxException {
        try {
            part.close();
        } catch (Exception e) {
            throw new SandboxException("a part of the sandbox did not end in order: " + e.getMessage(), e);
        }
    }

    // --- configuration ---

    private Path configFile(String component) {
        return folder.root().resolve("etc").resolve(component + ".conf");
    }

    private void writeServiceConfiguration() throws SandboxException {
        folder.write(configFile("verifier"), """
                [verifier]
                ip = 127.0.0.1
                port = %d
                tls_dir = generate
                quote_interval = %d
                retry_interval = 1
                metrics = False

                [revocations]
                enabled_revocation_notifications = ['agent', 'webhook']
                webhook_url = https://127.0.0.1:%d/
                """.formatted(verifierPort, QUOTE_INTERVAL, noticesPort));
        folder.write(configFile("registrar"), """
                [registrar]
                ip = 127.0.0.1
                port = %d
                tls_port = %d
                tls_dir = default
                metrics = False
                """.formatted(registrarPort, registrarTlsPort));
        folder.write(configFile("tenant"), """
                [tenant]
                verifier_ip = 127.0.0.1
                verifier_port = %d
                registrar_ip = 127.0.0.1
                registrar_port = %d
                tpm_cert_store = %s
                # The third machine signs with ECDSA, which Keylime's defaults do not accept.
                accept_tpm_signing_algs = ['rsassa', 'ecdsa']
                retry_interval = 0.2
                max_retries = 30
                exponential_backoff = False
                """.formatted(verifierPort, registrarTlsPort, tpms.vendorCertificates()));
        byte[] password = new byte[16];
        new SecureRandom().nextBytes(password);
        Path shared = folder.services().resolve("cv_ca");
        folder.write(configFile("ca"), """
                [ca]
                password = %s
                cert_crl_dist = %s
                listen_ip = 127.0.0.1
                listen_port = %d
                webhook_port = %d
                # The verifier knows this certificate's authority; that of machines it need not know.
                webhook_key = %s
                webhook_cert = %s
                """.formatted(
                        HexFormat.of().formatHex(password),
                        crlAddress(),
                        crlPort,
                        noticesPort,
                        shared.resolve("server-private.pem"),
                        shared.resolve("server-cert.crt")));
    }

    /** Environment of registrar, verifier and tenant; what a person exports to use the command line by hand. */
    public Map<String, String> serviceEnvironment() {
        return Map.of(
                "KEYLIME_DIR", folder.services().toString(),
                "KEYLIME_VERIFIER_CONFIG", configFile("verifier").toString(),
                "KEYLIME_REGISTRAR_CONFIG", configFile("registrar").toString(),
                "KEYLIME_TENANT_CONFIG", configFile("tenant").toString(),
                "KEYLIME_CA_CONFIG", configFile("ca").toString());
    }

    // --- services ---

    /** Starts the verifier, which makes the services' CA, and waits until it answers. */
    public void startVerifier() throws SandboxException {
        startService("verifier", verifierPort);
    }

    /** Starts the registrar and waits until it answers. */
    public void startRegistrar() throws SandboxException {
        startService("registrar", registrarTlsPort);
    }

    /** Where a tenant of this fleet keeps the CA of its machines unless it says otherwise, so that the console opens it. */
    Path machinesCa() {
        return folder.services().resolve("ca");
    }

    /** Has a CA publish its revocations and take notices. */
    void startCaListener(Path ca) throws SandboxException {
        startService("ca", crlPort, "-c", "listen", "-d", ca.toString());
    }

    /** Where {@link #startCaListener} publishes. */
    String crlAddress() {
        return "http://127.0.0.1:" + crlPort + "/crl";
    }

    private void startService(String name, int port, String... arguments) throws SandboxException {
        List<String> words = new ArrayList<>(List.of(name, "--stop-on-eof"));
        words.addAll(List.of(arguments));
        Child child = Child.start(
                name,
                Child.program(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"), words.toArray(new String[0])),
                serviceEnvironment(),
                folder.logs().resolve(name + ".log"));
        own(child);
        services.put(name, child);
        awaitPort(child, port);
    }

    /** The process of a service that was started: {@code verifier}. */
    Optional<Child> service(String name) {
        return Optional.ofNullable(services.get(name));
    }

    private static void awaitPort(Child child, int port) throws SandboxException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!Ports.open(port)) {
            child.requireAlive();
            if (System.nanoTime() > deadline) {
                throw new SandboxException(child.name() + " did not open port " + port + " within " + START.toSeconds()
                        + " s; it said last:\n" + child.tail());
            }
            Pause.millis(20);
        }
    }

    // --- machines ---

    /** Makes a software TPM for the machine. */
    public void manufactureTpm(String machine) throws SandboxException {
        tpms.manufacture(folder.machine(machine).resolve("tpm"));
    }

    /**
     * Starts TPM and agent; the agent then registers by itself.
     *
     * @param signing {@code rsassa} or {@code ecdsa}
     */
    public Machine startMachine(String name, AgentId id, String signing) throws SandboxException {
        return startMachine(name, id, signing, List.of(), root);
    }

    /** How machines can have a {@code /root} of their own; empty where the kernel has no way. */
    Optional<OwnRoot> ownRoot() throws SandboxException {
        try {
            Path folder = PrivateFiles.createFolder(path().resolve("probe"));
            return OwnRoot.find(root, folder, this.folder.logs().resolve("unshare.log"));
        } catch (IOException e) {
            throw new SandboxException("cannot make a folder in " + path() + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #startMachine}, with {@link #ownRoot(String)} in the place of {@code /root} for the agent and all it starts. */
    Machine startMachineWithOwnRoot(String name, AgentId id, String signing, OwnRoot way) throws SandboxException {
        Path ownRoot = ownRoot(name);
        try {
            PrivateFiles.createFolder(ownRoot);
        } catch (IOException e) {
            throw new SandboxException("cannot make " + ownRoot + ": " + e.getMessage(), e);
        }
        // Whoever has a namespace of its own may also mount memory in it.
        return startMachine(name, id, signing, way.before(ownRoot), true);
    }

    /** Starts an sshd for such a machine. */
    LoopbackSshd startSshd(String machine, OwnRoot way) throws SandboxException {
        return LoopbackSshd.start(
                ownRoot(machine), folder.machine(machine).resolve("sshd"), ports.next(), way, folder.logs(), this::own);
    }

    /** Where the machine's revocation action leaves what it is told. */
    Path flags(String machine) {
        return folder.machine(machine).resolve("revoked");
    }

    /** What such a machine sees as {@code /root}. */
    Path ownRoot(String machine) {
        return folder.machine(machine).resolve("root");
    }

    private Machine startMachine(String name, AgentId id, String signing, List<String> prefix, boolean memory)
            throws SandboxException {
        Path work = folder.machine(name);
        int port = ports.next();
        SoftwareTpm tpm = SoftwareTpm.start(name, work.resolve("tpm"), folder.root());
        own(tpm);
        // Complete before there is an agent, as a kernel's is.
        ImaEmulator ima = ImaEmulator.boot(tpm, work.resolve("ascii_runtime_measurements"));
        MachineStart.measure(ima);
        Path config = work.resolve("agent.conf");
        folder.write(config, """
                [agent]
                uuid = "%s"
                ip = "127.0.0.1"
                port = %d
                contact_ip = "127.0.0.1"
                contact_port = %d
                registrar_ip = "127.0.0.1"
                registrar_port = %d
                trusted_client_ca = "%s"
                tpm_signing_alg = "%s"
                exponential_backoff_initial_delay = 200
                run_as = ""
                secure_mount = "%s"
                ima_ml_path = "%s"
                """.formatted(
                        id,
                        port,
                        port,
                        registrarPort,
                        folder.services().resolve("cv_ca").resolve("cacert.crt"),
                        signing,
                        memory ? "tmpfs" : "development",
                        ima.list()));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                Child.program(List.of("-XX:TieredStopAtLevel=1", "-Xmx96m", "-Xss512k"), "agent", "--stop-on-eof"));
        Child agent = Child.start(
                "agent of " + name,
                command,
                Map.of(
                        "KEYLIME_DIR",
                        work.toString(),
                        "KEYLIME_AGENT_CONFIG",
                        config.toString(),
                        "RUST_LOG",
                        "keylime_agent=info,keylime=info",
                        "TCTI",
                        "swtpm:path=" + tpm.socket()),
                folder.logs().resolve(name + ".log"));
        own(agent);
        return new Machine(name, id, signing.equals("rsassa") ? "RSA" : "ECC", port, tpm, ima, agent);
    }

    /** Waits until the registrar knows the machine as activated. */
    public void awaitRegistered(Machine machine) throws SandboxException {
        RegistrarClient registrar = new RegistrarClient(Endpoint.registrar("127.0.0.1", registrarTlsPort), http());
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            machine.agent().requireAlive();
            try {
                registrar.agent(ApiVersion.CURRENT, machine.id());
                awaitPort(machine.agent(), machine.port());
                return;
            } catch (ApiException.Refused e) {
                if (!e.notFound()) {
                    throw new SandboxException("the registrar refused: " + e.getMessage(), e);
                }
            } catch (ApiException.TimedOut | ApiException.Unreachable e) {
                // Slow is not wrong, and a busy computer breaks a connection; the deadline below decides.
                requireAlive("registrar");
            } catch (ApiException e) {
                throw new SandboxException("the registrar does not answer: " + e.getMessage(), e);
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException(machine.name() + " did not register within " + START.toSeconds()
                        + " s; its agent said last:\n" + machine.agent().tail());
            }
            Pause.millis(50);
        }
    }

    /** What the verifier says of the machine; empty when it does not know it. */
    Optional<AgentStatus> status(Machine machine) throws SandboxException {
        VerifierClient verifier = new VerifierClient(Endpoint.verifier("127.0.0.1", verifierPort), http());
        for (int left = BROKEN_CONNECTIONS; ; left--) {
            try {
                return verifier.find(ApiVersion.CURRENT, machine.id());
            } catch (ApiException.TimedOut | ApiException.Unreachable e) {
                requireAlive("verifier");
                if (left == 0) {
                    throw new SandboxException("the verifier does not answer: " + e.getMessage(), e);
                }
                Pause.millis(50);
            } catch (ApiException e) {
                throw new SandboxException("the verifier does not answer: " + e.getMessage(), e);
            }
        }
    }

    private void requireAlive(String name) throws SandboxException {
        Child service = services.get(name);
        if (service != null) {
            service.requireAlive();
        }
    }

    /** Extends a PCR on the machine, as unapproved software would. */
    void breakPcr(Machine machine, int pcr) throws SandboxException {
        byte[] intruder = HashAlgorithm.SHA256.digest("something nobody approved".getBytes(StandardCharsets.UTF_8));
        machine.tpm().extend(pcr, HashAlgorithm.SHA256, intruder);
    }

    /** Writes a file of a machine, mode 0600. */
    void write(Path file, String text) throws SandboxException {
        folder.write(file, text);
    }

    /**
     * The sentence in the verifier's log that says why a machine has failed; waits for it, as the state is told first.
     *
     * @param event id of the failure
     */
    String whyFailed(Machine machine, String event) throws SandboxException {
        return new VerifierLog(folder.logs().resolve("verifier.log")).why(machine.id(), event);
    }

    // --- the tenant ---

    /** Runs {@code limelight tenant} with the sandbox's configuration. */
    public ProgramRun tenant(String... arguments) throws SandboxException {
        return run("tenant", arguments);
    }

    /** Where {@link #createPolicy} puts it. */
    Path policy() {
        return path().resolve("policy.json");
    }

    /** Makes a runtime policy that approves what a machine has measured so far. */
    Path createPolicy(Machine good) throws SandboxException {
        ProgramRun run =
                run("policy", "create", "runtime", "-m", good.ima().list().toString(), "-o", policy().toString());
        if (run.status() != 0) {
            throw new SandboxException("no policy could be made from " + good.name() + "'s list:\n" + run.output());
        }
        return policy();
    }

    private ProgramRun run(String program, String... arguments) throws SandboxException {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(arguments));
        long start = System.nanoTime();
        try {
            Path log = Files.createTempFile(folder.logs(), program + "-", ".log");
            Child child = Child.start(
                    program,
                    Child.program(List.of("-XX:TieredStopAtLevel=1"), all.toArray(new String[0])),
                    serviceEnvironment(),
                    log);
            own(child);
            if (!child.waitFor(RUN.toSeconds(), TimeUnit.SECONDS)) {
                child.kill();
                throw new SandboxException(
                        "limelight " + program + " did not end within " + RUN.toSeconds() + " s:\n" + child.tail());
            }
            return new ProgramRun(child.exitValue(), child.tail(), Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            throw new SandboxException("cannot run limelight " + program + ": " + e.getMessage(), e);
        }
    }

    private synchronized OkHttpClient http() throws SandboxException {
        if (http == null) {
            try {
                ComponentConfig config = new KeylimeConfig(serviceEnvironment(), Path.of("/")).load(Component.TENANT);
                TlsFiles files = TlsFiles.of(config, "cv_ca");
                http = HttpClients.tls(
                        HttpTimeouts.of(Duration.ofSeconds(60)),
                        ClientTls.trusting(files.trusted("trusted_server_ca"), Optional.of(files.client())));
            } catch (ConfigException | TlsSetupException e) {
                throw new SandboxException(String.valueOf(e.getMessage()), e);
            }
        }
        return http;
    }

    /** Ends everything, newest first, and removes the folder. Safe to call twice and from a shutdown hook. */
    @Override
    public synchronized void close() throws SandboxException {
        if (closed) {
            return;
        }
        closed = true;
        if (http != null) {
            HttpClients.close(http);
        }
        SandboxException failure = null;
        while (true) {
            AutoCloseable part;
            synchronized (running) {
                ending = true;
                part = running.poll();
            }
            if (part == null) {
                break;
            }
            try {
                closePart(part);
            } catch (SandboxException e) {
                failure = e;
            }
        }
        folder.remove();
        if (failure != null) {
            throw failure;
        }
    }
}

package io.limelight.agent;

import io.limelight.agent.actions.RevocationInbox;
import io.limelight.agent.evidence.BootLog;
import io.limelight.agent.evidence.Evidence;
import io.limelight.agent.evidence.ImaList;
import io.limelight.agent.http.AgentRoutes;
import io.limelight.agent.http.ServerIdentity;
import io.limelight.agent.keys.TransportKey;
import io.limelight.agent.payload.AgentLaunch;
import io.limelight.agent.payload.PayloadReceiver;
import io.limelight.agent.privileges.Inherited;
import io.limelight.agent.registration.AgentDataException;
import io.limelight.agent.registration.AgentDataFile;
import io.limelight.agent.registration.AgentIdChoice;
import io.limelight.agent.registration.AttestationKeyChoice;
import io.limelight.agent.registration.Registration;
import io.limelight.agent.registration.RegistrationException;
import io.limelight.agent.registration.WorkDirLock;
import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.EndorsementKey;
import io.limelight.agent.tpm.TpmException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.ListenAddress;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent, running: one TPM, one identity, one listener.
 *
 * <p>Order of a start: configuration; the work directory for itself; the logs that only root may open; the TPM with its keys;
 * the id; key files; the listener; registration. The listener comes before the registration, unlike the Rust agent's: a machine that boots while its registrar is
 * away can still be attested by the verifier that knows it, a port that is taken is noticed before anybody is told about it, and
 * nobody meets a registered machine that does not listen yet.
 */
public final class AgentProgram implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentProgram.class);
    private static final Duration REGISTRAR_PATIENCE = Duration.ofSeconds(60);

    private static final String WHAT_DATA_IS = "the agent's attestation key";

    /** Makes the part that takes U, V and the payload. */
    @FunctionalInterface
    public interface PayloadSide {
        /**
         * Prepares the secure area.
         *
         * @throws Exception if it cannot be had; the message is what the user reads
         */
        PayloadReceiver open(ComponentConfig config, AgentId id) throws Exception;
    }

    /** What was opened, in order; closed in the opposite one. */
    private final Deque<AutoCloseable> parts;

    private final AgentId id;
    private final HttpListener listener;
    private final RegistrarClient registrar;

    private AgentProgram(Deque<AutoCloseable> parts, AgentId id, HttpListener listener, RegistrarClient registrar) {
        this.parts = parts;
        this.id = id;
        this.listener = listener;
        this.registrar = registrar;
    }

    /**
     * Starts it; returns when it is registered and answers, which may be long if the registrar is away. Interrupting the thread
     * ends a start.
     *
     * @param environment for {@code TCTI} and {@code KEYLIME_AGENT_UUID}
     * @throws ConfigException for a value that cannot be used
     * @throws TpmException if the TPM cannot do what is needed
     * @throws TlsSetupException for key or trust files that cannot be used
     * @throws AgentDataException if there is no usable id, the stored key is damaged, or another agent runs on the same work
     *     directory
     * @throws RegistrationException if the registrar refuses this machine
     * @throws IOException if the port cannot be opened
     * @throws InterruptedException if the start was interrupted
     * @throws Exception what the payload side cannot do without
     */
    public static AgentProgram start(
            ComponentConfig config,
            Map<String, String> environment,
            SecureRandom random,
            InstantSource clock,
            PayloadSide payloadSide)
            throws Exception {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new Start(config, environment, random, clock, payloadSide, parts).run();
        } catch (Exception | Error e) {
            closeAll(parts);
            throw e;
        }
    }

    /**
     * Checks the configuration as a start does, without touching the TPM or making anything.
     *
     * @return what will have to be there by then, and what every user can read; sentences
     * @throws ConfigException for a value that cannot be used
     * @throws TpmException if the TPM's address cannot be understood
     * @throws TlsSetupException for trust files that cannot be used
     * @throws AgentDataException if there is no usable id
     */
    public static List<String> check(ComponentConfig config, Map<String, String> environment, SecureRandom random)
            throws ConfigException, TpmException, TlsSetupException, AgentDataException {
        requireId(config, environment, random);
        AgentSettings settings = AgentSettings.read(config, environment);
        settings.keys().endorsementPassword().close();
        AgentLaunch.check(config);
        RevocationInbox.check(config);
        List<String> said = new ArrayList<>(
                PrivateFiles.openToAll(WHAT_DATA_IS, dataFile(config).path()).stream()
                        .toList());
        if (settings.mutualTls()) {
            Optional<String> missing = missingCa(config, settings);
            if (missing.isPresent()) {
                said.add(missing.get());
            } else {
                TrustedCas.read(settings.trustedClientCas());
            }
        }
        return said;
    }

    private static AgentDataFile dataFile(ComponentConfig config) {
        return new AgentDataFile(config.path("agent_data_path", config.workDir(), "agent_data.json"));
    }

    /** With the place in the configuration, as far as it can be known without the TPM. */
    private static void requireId(ComponentConfig config, Map<String, String> environment, SecureRandom random)
            throws ConfigException {
        String option = config.text("uuid");
        try {
            new AgentIdChoice(environment, config.root(), random).check(option);
        } catch (AgentDataException e) {
            String why = String.valueOf(e.getMessage());
            String named = "uuid = " + option + ": ";
            ConfigException refused =
                    config.refuse("uuid", why.startsWith(named) ? why.substring(named.length()) : why);
            refused.initCause(e);
            throw refused;
        }
    }

    /** The CA that the verifier makes is not here yet; a sentence. */
    private static Optional<String> missingCa(ComponentConfig config, AgentSettings settings) {
        Path shared = config.workDir().resolve("cv_ca").resolve("cacert.crt");
        return settings.trustedClientCas().contains(shared) && !Files.exists(shared)
                ? Optional.of("there is no " + shared
                        + " yet (trusted_client_ca); copy it from the verifier, which makes it at its first start")
                : Optional.empty();
    }

    /** The parts of a start that several steps need. */
    private record Start(
            ComponentConfig config,
            Map<String, String> environment,
            SecureRandom random,
            InstantSource clock,
            PayloadSide payloadSide,
            Deque<AutoCloseable> parts) {

        AgentProgram run() throws Exception {
            requireId(config, environment, random);
            AgentSettings settings = AgentSettings.read(config, environment);
            parts.push(settings.keys().endorsementPassword());
            Path workDir = PrivateFiles.createFolder(config.workDir());
            opened(WorkDirLock.take(workDir));
            Inherited inherited = Inherited.from(environment);
            Optional<ImaList> ima = ImaList.open(
                    config.path("ima_ml_path", config.root(), "sys/kernel/security/ima/ascii_runtime_measurements"),
                    inherited.imaList());
            ima.ifPresent(parts::push);
            Optional<BootLog> bootLog = BootLog.open(
                    config.path(
                            "measuredboot_ml_path", config.root(), "sys/kernel/security/tpm0/binary_bios_measurements"),
                    inherited.bootLog());
            bootLog.ifPresent(parts::push);

            AttestationTpm tpm = opened(AttestationTpm.open(settings.tpm(), settings.keys()));
            EndorsementKey ek = tpm.endorsementKey();
            AgentId id = new AgentIdChoice(environment, config.root(), random).choose(config.text("uuid"), ek.hash());
            AgentDataFile data = dataFile(config);
            PrivateFiles.openToAll(WHAT_DATA_IS, data.path()).ifPresent(LOG::warn);
            AttestationKeyBlob ak = new AttestationKeyChoice(tpm, data).choose(ek);
            TransportKey transportKey = TransportKey.loadOrCreate(
                    config.path("payload_key", workDir, "payload-private.pem"),
                    config.password("payload_key_password"),
                    random);
            PayloadReceiver payloads = opened(payloadSide.open(config, id));
            RevocationInbox revocations = opened(RevocationInbox.open(config, id, environment, clock));
            payloads.whenUnpacked(revocations::lookAhead);
            Evidence evidence = new Evidence(tpm, transportKey, ima, bootLog);

            Optional<KeyMaterial> identity = settings.mutualTls() ? Optional.of(identity(id)) : Optional.empty();
            HttpListener listener = opened(HttpListener.start(
                    "agent",
                    ListenAddress.of(config, "port"),
                    serverTls(settings, identity),
                    new AgentRoutes(id, settings.versions(), tpm, evidence, transportKey, payloads, revocations)
                            .routes(),
                    JsonStyle.COMPACT,
                    Limits.AGENT));
            if (identity.isEmpty()) {
                LOG.warn(
                        "TLS is switched off (enable_agent_mtls): anybody who reaches port {} can ask for quotes and"
                                + " deliver keys",
                        listener.port());
            }
            RegistrarClient registrar = register(settings, tpm, id, ek, ak, identity, listener.port());
            tpm.releaseEndorsementKey();
            LOG.info("listening on {} port {}", config.text("ip"), listener.port());
            return new AgentProgram(parts, id, listener, registrar);
        }

        private <T extends AutoCloseable> T opened(T part) {
            parts.push(part);
            return part;
        }

        private KeyMaterial identity(AgentId id) throws TlsSetupException {
            Path workDir = config.workDir();
            return new ServerIdentity(
                            config.path("server_key", workDir, "server-private.pem"),
                            config.path("server_cert", workDir, "server-cert.crt"),
                            config.password("server_key_password"),
                            random,
                            clock)
                    .loadOrCreate(id.value(), List.of(contactAddress()));
        }

        private Optional<ServerTls> serverTls(AgentSettings settings, Optional<KeyMaterial> identity)
                throws TlsSetupException {
            if (identity.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> missing = missingCa(config, settings);
            if (missing.isPresent()) {
                throw new TlsSetupException(missing.get());
            }
            TrustedCas clients = TrustedCas.read(settings.trustedClientCas());
            return Optional.of(new ServerTls(identity.get(), clients, ServerTls.ClientAuth.REQUIRED));
        }

        private String contactAddress() {
            return config.optionalText("contact_ip").orElse(config.text("ip"));
        }

        private RegistrarClient register(
                AgentSettings settings,
                AttestationTpm tpm,
                AgentId id,
                EndorsementKey ek,
                AttestationKeyBlob ak,
                Optional<KeyMaterial> identity,
                int listeningPort)
                throws ConfigException, RegistrationException, InterruptedException {
            // Port 0 stands for "whichever is free", so what was opened is what peers must be told.
            int contactPort = config.port("port") == 0 ? listeningPort : config.port("contact_port");
            OkHttpClient http = HttpClients.plain(HttpTimeouts.of(REGISTRAR_PATIENCE));
            parts.push(() -> HttpClients.close(http));
            RegistrarClient registrar = new RegistrarClient(
                    Endpoint.registrarForAgents(
                            config.text("registrar_ip"), config.integer("registrar_port", 1, 65535)),
                    http);
            RegistrationRequest request = RegistrationRequest.of(
                    ak.publicArea().toBase64(),
                    ek.publicArea().toBase64(),
                    ek.certificatesPem(),
                    contactAddress(),
                    contactPort,
                    identity.map(material -> PemFiles.certificate(material.certificate()))
                            .orElse("disabled"));
            new Registration(registrar, tpm, id, settings.versions(), settings.backoff(), Thread::sleep).run(request);
            return registrar;
        }
    }

    /** Who it is. */
    public AgentId id() {
        return id;
    }

    /** Where it listens. */
    public int port() {
        return listener.port();
    }

    /** For the line that says it is ready. */
    public String describe() {
        return "agent " + id + " listening on port " + port() + ", known to the " + registrar.endpoint();
    }

    /** Stops answering, leaves nothing in the TPM, closes everything. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("closing: {}", e.toString());
            }
        }
    }
}

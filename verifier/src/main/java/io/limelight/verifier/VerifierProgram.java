package io.limelight.verifier;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AnswerBudget;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Versions;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Routes;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.metrics.Health;
import io.limelight.metrics.Meters;
import io.limelight.metrics.Monitor;
import io.limelight.store.Database;
import io.limelight.store.DatabaseLocation;
import io.limelight.verifier.attest.AgentConnections;
import io.limelight.verifier.attest.Attestation;
import io.limelight.verifier.attest.AttestationRules;
import io.limelight.verifier.attest.Tally;
import io.limelight.verifier.evidence.DryRuns;
import io.limelight.verifier.evidence.EvidenceKeeper;
import io.limelight.verifier.fleet.Fleet;
import io.limelight.verifier.history.HistoryRecorder;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.policy.PolicyCheck;
import io.limelight.verifier.policy.SigningKeys;
import io.limelight.verifier.revocation.Revocations;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.AssignmentStore;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.HappeningStore;
import io.limelight.verifier.state.HistoryStore;
import io.limelight.verifier.state.Outbox;
import io.limelight.verifier.state.PolicyStore;
import io.limelight.verifier.vault.StorageKey;
import io.limelight.verifier.vault.StorageKeyFile;
import io.limelight.verifier.vault.Vault;
import io.limelight.verifier.vault.VaultException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verifier, running: a TLS listener for administrators, the fleet it watches, one database. */
public final class VerifierProgram implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierProgram.class);
    static final String DATABASE = "limelight_cv.sqlite";

    private final Deque<AutoCloseable> parts;
    private final int port;
    private final OptionalInt monitorPort;
    private final int resumed;

    private VerifierProgram(Deque<AutoCloseable> parts, int port, OptionalInt monitorPort, int resumed) {
        this.parts = parts;
        this.port = port;
        this.monitorPort = monitorPort;
        this.resumed = resumed;
    }

    /**
     * Starts it.
     *
     * @param loader gives {@code verifier.conf}, and {@code ca.conf} for the CA it makes
     * @param credentials {@code $CREDENTIALS_DIRECTORY}, where systemd may pass the storage key
     * @throws ConfigException for a value that cannot be used
     * @throws TlsSetupException for key or trust files that cannot be used
     * @throws CaException if {@code cv_ca} cannot be made
     * @throws VaultException if the storage key is not the database's
     * @throws IOException if the port cannot be opened
     * @throws io.limelight.store.StoreException if the database cannot be used, or another verifier runs on it
     */
    public static VerifierProgram start(
            KeylimeConfig loader, Optional<Path> credentials, SecureRandom random, InstantSource clock)
            throws ConfigException, TlsSetupException, CaException, VaultException, IOException {
        ComponentConfig config = loader.load(Component.VERIFIER);
        config.warnings().forEach(LOG::warn);
        VerifierSettings settings = VerifierSettings.read(config);
        DatabaseLocation location = DatabaseLocation.of(config, DATABASE);
        StorageKeyFile keyFile = StorageKeyFile.of(config, credentials);
        openToAll(location, keyFile).forEach(LOG::warn);
        TlsFiles tls = TlsFiles.of(config, "cv_ca");
        if (tls.generated()) {
            makeCa(loader, config, tls, random, clock);
        }
        ServerTls serverTls = tls.server(ServerTls.ClientAuth.REQUESTED).observedBy(settings.observers());
        Optional<KeyMaterial> identity = settings.agentTls() ? Optional.of(tls.client()) : Optional.empty();
        Optional<ClientTls> webhook = settings.notices().callsWebhook()
                ? Optional.of(ClientTls.trustingPublicly(tls.trusted("trusted_server_ca"), config.root(), identity))
                : Optional.empty();
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            Database database = opened(parts, Database.openAlone(location, "verifier", config.bool("auto_migrate_db")));
            StorageKey key = opened(parts, new Vault(database, keyFile, random).open());
            return start(
                    settings,
                    database,
                    location.folder(config.workDir()),
                    new AgentStore(database, key, clock),
                    new PolicyBook(new PolicyStore(database, clock), settings.judging()),
                    Outbox.of(database, key, clock),
                    new EvidenceStore(database),
                    new HappeningStore(database),
                    identity,
                    webhook,
                    serverTls,
                    random,
                    clock,
                    parts);
        } catch (IOException | RuntimeException | VaultException e) {
            closeAll(parts);
            throw e;
        }
    }

    /**
     * Checks the configuration as a start does, without starting or making anything.
     *
     * @return what will have to be there by then, and what every user can read; sentences
     * @throws ConfigException for a value that cannot be used
     * @throws TlsSetupException for key or trust files that cannot be used
     */
    public static List<String> check(KeylimeConfig loader) throws ConfigException, TlsSetupException {
        ComponentConfig config = loader.load(Component.VERIFIER);
        VerifierSettings settings = VerifierSettings.read(config);
        List<String> said = new ArrayList<>(
                openToAll(DatabaseLocation.of(config, DATABASE), StorageKeyFile.of(config, Optional.empty())));
        TlsFiles tls = TlsFiles.of(config, "cv_ca");
        if (tls.generated()) {
            CertificateSubject.of(loader.load(Component.CA));
        }
        tls.check(true, settings.agentTls(), "trusted_client_ca");
        if (settings.notices().callsWebhook()) {
            tls.check(false, false, "trusted_server_ca");
        }
        if (tls.awaitsVerifier()) {
            said.add("tls_dir is not generate, and there is no folder " + tls.folder()
                    + " yet; make it before the start");
        }
        return said;
    }

    /** The key and what it keeps secret, where every user can read them; clauses. */
    private static List<String> openToAll(DatabaseLocation location, StorageKeyFile keyFile) {
        return Stream.concat(
                        PrivateFiles.openToAll("the storage key", keyFile.path()).stream(),
                        location.openToAll().stream())
                .toList();
    }

    private static VerifierProgram start(
            VerifierSettings settings,
            Database database,
            Path disk,
            AgentStore store,
            PolicyBook policies,
            Outbox outbox,
            EvidenceStore evidence,
            HappeningStore happenings,
            Optional<KeyMaterial> identity,
            Optional<ClientTls> webhook,
            ServerTls serverTls,
            SecureRandom random,
            InstantSource clock,
            Deque<AutoCloseable> parts)
            throws IOException {
        if (!settings.agentTls()) {
            LOG.warn("enable_agent_mtls is off: agents are spoken to without TLS");
        }
        ExecutorService checks = Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofPlatform().daemon().name("check-", 0).factory());
        parts.push(checks::shutdown);
        AgentConnections connections = new AgentConnections(
                settings.requestTimeout(),
                settings.interval(),
                identity,
                clock,
                maxAnswer(),
                new AnswerBudget(Runtime.getRuntime().maxMemory() / 8));
        parts.push(connections);
        Revocations revocations = opened(
                parts,
                Revocations.open(
                        settings.notices(),
                        outbox,
                        settings.id(),
                        connections,
                        webhook::orElseThrow,
                        settings.requestTimeout(),
                        settings.retries(),
                        settings.drain(),
                        random,
                        clock));
        EvidenceKeeper keeper = opened(parts, new EvidenceKeeper(evidence, settings.evidence(), clock));
        DryRuns dryRuns = new DryRuns(evidence, settings.judging(), settings.severities(), settings.id());
        Optional<Meters> meters =
                settings.monitor().on() ? Optional.of(opened(parts, new Meters("verifier"))) : Optional.empty();
        Tally tally = meters.map(VerifierMeters::tally).orElseGet(Tally::new);
        HistoryStore history = new HistoryStore(database);
        HistoryRecorder recorder =
                opened(parts, new HistoryRecorder(history, tally, () -> store.counted(settings.id()), clock));
        Attestation attestation = new Attestation(
                store,
                revocations.notices(),
                revocations.receipts(),
                keeper,
                new AttestationRules(settings.retries(), settings.severities()),
                tally,
                random,
                clock,
                checks);
        Fleet fleet = new Fleet(
                store,
                attestation,
                connections,
                policies,
                settings.severities(),
                settings.interval(),
                meters.map(VerifierMeters::lateness).orElse(_ -> {}));
        parts.push(() -> fleet.close(settings.drain()));
        AtomicInteger ownPort = new AtomicInteger(settings.port());
        ExecutorService strangers = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("verify-evidence").factory());
        parts.push(strangers::shutdownNow);
        HttpListener listener = opened(
                parts,
                HttpListener.start(
                        "verifier",
                        new InetSocketAddress(settings.ip(), settings.port()),
                        Optional.of(serverTls),
                        routes(
                                settings,
                                store,
                                policies,
                                fleet,
                                revocations,
                                new KeptEvidenceRoutes(
                                        store, evidence, happenings, dryRuns, settings.judging(), policyBody(settings)),
                                new HistoryRoute(history, clock),
                                new AssignmentRoute(new AssignmentStore(database), fleet),
                                strangers,
                                ownPort,
                                clock),
                        JsonStyle.COMPACT,
                        limits()));
        OptionalInt monitorPort = OptionalInt.empty();
        if (meters.isPresent()) {
            meters.get().database(database);
            VerifierMeters.add(meters.get(), settings.id(), tally, fleet, store, outbox);
            Health health = new Health()
                    .database(database)
                    .part("poller", () -> VerifierMeters.poller(fleet))
                    .disk(disk);
            Optional<Monitor> monitor = Monitor.start("verifier", settings.monitor(), meters.get(), health);
            monitor.ifPresent(parts::push);
            monitorPort = monitor.map(Monitor::port).map(OptionalInt::of).orElseGet(OptionalInt::empty);
        }
        // Readers of events are sent away first, else the listener would wait for them.
        parts.push(revocations.feed());
        parts.push(dryRuns);
        ownPort.set(listener.port());
        long foreign = store.foreign(settings.id());
        if (foreign > 0) {
            LOG.warn(
                    "{} agents belong to verifiers of another name than \"{}\" (option uuid) and are not asked here",
                    foreign,
                    settings.id());
        }
        revocations.begin();
        int resumed = fleet.resume(settings.id());
        recorder.begin();
        return new VerifierProgram(parts, listener.port(), monitorPort, resumed);
    }

    private static Routes routes(
            VerifierSettings settings,
            AgentStore store,
            PolicyBook policies,
            Fleet fleet,
            Revocations revocations,
            KeptEvidenceRoutes evidence,
            HistoryRoute history,
            AssignmentRoute assignments,
            ExecutorService strangers,
            AtomicInteger ownPort,
            InstantSource clock) {
        int policyBody = policyBody(settings);
        PolicyCheck check = new PolicyCheck(settings.judging(), new SigningKeys(settings.signingKeys()), policyBody);
        HttpHandler version =
                _ -> HttpReply.success(Versions.ofServer(ApiVersion.SUPPORTED).toJson());
        Routes.Builder routes = Routes.builder()
                .versions(VerifierProgram::served)
                .get("/version", version)
                .get("/versions", version);
        new AgentRoutes(
                        store,
                        fleet,
                        new Admission(settings, check, policies, ownPort::get),
                        new AgentStatuses(settings.interval()),
                        settings.returnShares(),
                        policyBody)
                .addTo(routes);
        new PolicyRoutes(policies, check, policyBody).addTo(routes);
        new VerifyRoutes(store, settings.judging(), settings.verifyRoutes(), limits().bodyBytes(), strangers)
                .addTo(routes);
        new MachineRoutes(store, fleet, clock).addTo(routes);
        assignments.addTo(routes);
        new RevocationRoutes(revocations, settings, limits().bodyBytes()).addTo(routes);
        evidence.addTo(routes);
        history.addTo(routes);
        return routes.build();
    }

    private static int policyBody(VerifierSettings settings) {
        return Math.min(settings.maxUpload(), limits().bodyBytes());
    }

    private static boolean served(String version) {
        return version.equals("2")
                || ApiVersion.parse(version).filter(ApiVersion::supported).isPresent();
    }

    /** All bodies together stay within a quarter of the heap: parsing one takes about twice its size again. */
    private static Limits limits() {
        Limits service = Limits.SERVICE;
        long share = Runtime.getRuntime().maxMemory() / 4;
        return new Limits(
                service.connections(),
                service.requests(),
                (int) Math.min(service.bodyBytes(), share),
                service.headerBytes(),
                service.headTime(),
                service.bodyTime(),
                service.idleTime());
    }

    /** An answer takes several times its size while it is read and parsed. */
    private static int maxAnswer() {
        return (int) Math.min(
                AgentClient.DEFAULT_MAX_QUOTE_ANSWER, Runtime.getRuntime().maxMemory() / 8);
    }

    private static void makeCa(
            KeylimeConfig loader, ComponentConfig config, TlsFiles tls, SecureRandom random, InstantSource clock)
            throws ConfigException, CaException {
        ServiceCa ca = new ServiceCa(CertificateSubject.of(loader.load(Component.CA)), random, clock);
        List<String> names = new ArrayList<>(List.of(config.text("ip")));
        for (String name : config.text("cert_subject_alternative_names").split(",", -1)) {
            names.add(name.strip());
        }
        if (ca.ensure(
                tls.folder(), names, config.password("server_key_password"), config.password("client_key_password"))) {
            LOG.info("made the CA folder {}", tls.folder());
        }
    }

    /**
     * Encrypts the secrets in the database anew with another storage key. The verifier must not be running.
     *
     * @param replacement file with the new key, which the caller makes the credential afterwards; empty makes a new key
     *     in the place of the old one
     * @return the id of the new key
     */
    public static String rotateStorageKey(
            KeylimeConfig loader, Optional<Path> credentials, Optional<Path> replacement, SecureRandom random)
            throws ConfigException, VaultException, IOException {
        ComponentConfig config = loader.load(Component.VERIFIER);
        DatabaseLocation location = DatabaseLocation.of(config, DATABASE);
        if (location instanceof DatabaseLocation.SqliteFile(Path file) && !java.nio.file.Files.exists(file)) {
            throw new IOException("there is no database " + file + " yet, and so nothing encrypted");
        }
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            Database database = opened(parts, Database.openAlone(location, "verifier", false));
            return new Vault(database, StorageKeyFile.of(config, credentials), random)
                    .rotate(replacement.map(path -> new StorageKeyFile(path, true)));
        } finally {
            closeAll(parts);
        }
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("a part of the verifier did not close in order", e);
            }
        }
    }

    /** Port of the listener. */
    public int port() {
        return port;
    }

    /** Port of metrics and health; empty without. */
    public OptionalInt monitorPort() {
        return monitorPort;
    }

    /** How many agents were taken up at the start. */
    public int resumed() {
        return resumed;
    }

    /** Takes no more calls, lets what is under way end within the configured time, closes everything. */
    @Override
    public void close() {
        closeAll(parts);
    }
}

package io.limelight.registrar;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ServiceCa;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.config.ListenAddress;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.RefusalLog;
import io.limelight.core.http.Routes;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.metrics.Health;
import io.limelight.metrics.Meters;
import io.limelight.metrics.Monitor;
import io.limelight.metrics.Remembered;
import io.limelight.store.Database;
import io.limelight.store.DatabaseLocation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registrar, running: a plain listener for agents, a TLS listener for administrators, one database. */
public final class RegistrarProgram implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrarProgram.class);
    static final String DATABASE = "limelight_reg.sqlite";

    private final Database database;
    private final HttpListener plain;
    private final HttpListener secure;
    private final Optional<Meters> meters;
    private final Optional<Monitor> monitor;

    private RegistrarProgram(
            Database database,
            HttpListener plain,
            HttpListener secure,
            Optional<Meters> meters,
            Optional<Monitor> monitor) {
        this.database = database;
        this.plain = plain;
        this.secure = secure;
        this.meters = meters;
        this.monitor = monitor;
    }

    /** What {@code registrar.conf} says, checked before anything is opened. */
    private record Settings(
            RegistrationCheck check,
            InetSocketAddress plain,
            InetSocketAddress secure,
            DatabaseLocation database,
            TlsFiles tls,
            Monitor.Options monitor) {
        static Settings read(KeylimeConfig loader, ComponentConfig config) throws ConfigException {
            return new Settings(
                    new RegistrationCheck(
                            new EncodedFields(malformedCertAction(config)),
                            new DeviceIdentity(
                                    Path.of(loader.load(Component.TENANT).text("tpm_cert_store"))),
                            tpmIdentity(config)),
                    ListenAddress.of(config, "port"),
                    ListenAddress.of(config, "tls_port"),
                    DatabaseLocation.of(config, DATABASE),
                    TlsFiles.of(config, "reg_ca"),
                    Monitor.Options.of(config));
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
        Settings settings = Settings.read(loader, loader.load(Component.REGISTRAR));
        TlsFiles tls = settings.tls();
        if (tls.generated()) {
            CertificateSubject.of(loader.load(Component.CA));
        }
        tls.check(true, false, "trusted_client_ca");
        List<String> said =
                new ArrayList<>(settings.database().openToAll().stream().toList());
        if (tls.awaitsVerifier()) {
            said.add(tls.advice());
        }
        return said;
    }

    /**
     * Starts it.
     *
     * @param loader gives {@code registrar.conf}, and {@code ca.conf} and {@code tenant.conf} for what they say of it
     * @throws ConfigException for a value that cannot be used
     * @throws TlsSetupException for key or trust files that cannot be used
     * @throws CaException if {@code reg_ca} cannot be made
     * @throws IOException if a port cannot be opened
     * @throws io.limelight.store.StoreException if the database cannot be used
     */
    public static RegistrarProgram start(KeylimeConfig loader, SecureRandom random, InstantSource clock)
            throws ConfigException, TlsSetupException, CaException, IOException {
        ComponentConfig config = loader.load(Component.REGISTRAR);
        config.warnings().forEach(LOG::warn);
        Settings settings = Settings.read(loader, config);
        settings.database().openToAll().ifPresent(LOG::warn);
        TlsFiles tls = settings.tls();
        if (tls.generated()) {
            makeCa(loader, config, tls, random, clock);
        }
        ServerTls serverTls = tls.server(ServerTls.ClientAuth.REQUESTED);
        Database database = Database.open(settings.database(), "registrar", config.bool("auto_migrate_db"));
        Optional<Meters> meters = settings.monitor().on() ? Optional.of(new Meters("registrar")) : Optional.empty();
        HttpListener plain = null;
        HttpListener secure = null;
        try {
            RegistrarTally tally = new RegistrarTally();
            RegistrationStore store = new RegistrationStore(database, clock);
            Routes routes = new RegistrarRoutes(
                            settings.check(),
                            store,
                            new AttemptLimit(clock),
                            new RefusalLog(RegistrarRoutes.LOG, clock),
                            tally,
                            random)
                    .routes();
            plain = HttpListener.start(
                    "registrar", settings.plain(), Optional.empty(), routes, JsonStyle.INDENTED, Limits.SERVICE);
            secure = HttpListener.start(
                    "registrar-tls",
                    settings.secure(),
                    Optional.of(serverTls),
                    routes,
                    JsonStyle.INDENTED,
                    Limits.SERVICE);
            Optional<Monitor> monitor = Optional.empty();
            if (meters.isPresent()) {
                addMeters(meters.get(), tally, store);
                meters.get().database(database);
                Health health =
                        new Health().database(database).disk(settings.database().folder(config.workDir()));
                monitor = Monitor.start("registrar", settings.monitor(), meters.get(), health);
            }
            return new RegistrarProgram(database, plain, secure, meters, monitor);
        } catch (IOException | RuntimeException e) {
            if (secure != null) {
                secure.close();
            }
            if (plain != null) {
                plain.close();
            }
            meters.ifPresent(Meters::close);
            database.close();
            throw e;
        }
    }

    private static void addMeters(Meters meters, RegistrarTally tally, RegistrationStore store) {
        for (RegistrarTally.Outcome outcome : RegistrarTally.Outcome.values()) {
            if (outcome.refusal()) {
                meters.counter(
                        "limelight.registrar.refusals",
                        "Attempts to register that were refused",
                        "reason",
                        outcome.word(),
                        () -> tally.of(outcome));
            } else {
                meters.counter(
                        "limelight.registrar.registrations",
                        "How far attempts to register came",
                        "step",
                        outcome.word(),
                        () -> tally.of(outcome));
            }
        }
        Supplier<RegistrationStore.Counts> counts = new Remembered<>(store::counts);
        meters.gauge(
                "limelight.registrar.registered",
                "Machines that are registered",
                () -> counts.get().active());
        meters.gauge(
                "limelight.registrar.pending",
                "Attempts that wait for their activation",
                () -> counts.get().pending());
    }

    private static void makeCa(
            KeylimeConfig loader, ComponentConfig config, TlsFiles tls, SecureRandom random, InstantSource clock)
            throws ConfigException, CaException {
        ServiceCa ca = new ServiceCa(CertificateSubject.of(loader.load(Component.CA)), random, clock);
        List<String> names = new ArrayList<>(List.of(config.text("ip")));
        for (String name : config.text("cert_subject_alternative_names").split(",", -1)) {
            names.add(name.strip());
        }
        if (ca.ensure(tls.folder(), names, config.password("server_key_password"), new char[0])) {
            LOG.info("made the CA folder {}", tls.folder());
        }
    }

    private static EncodedFields.MalformedCertAction malformedCertAction(ComponentConfig config)
            throws ConfigException {
        return EncodedFields.MalformedCertAction.valueOf(
                config.word("malformed_cert_action", List.of("warn", "reject", "ignore"))
                        .toUpperCase(Locale.ROOT));
    }

    private static RegistrationCheck.TpmIdentity tpmIdentity(ComponentConfig config) throws ConfigException {
        String word = config.word("tpm_identity", List.of("default", "ek_cert_or_iak_idevid", "ek_cert", "iak_idevid"));
        return word.equals("default")
                ? RegistrationCheck.TpmIdentity.EK_CERT_OR_IAK_IDEVID
                : RegistrationCheck.TpmIdentity.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Port of the plain listener. */
    public int port() {
        return plain.port();
    }

    /** Port of the TLS listener. */
    public int tlsPort() {
        return secure.port();
    }

    /** Port of metrics and health; empty without. */
    public OptionalInt monitorPort() {
        return monitor.map(Monitor::port).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** Answers what is under way, closes listeners and database. */
    @Override
    public void close() {
        monitor.ifPresent(Monitor::close);
        plain.close();
        secure.close();
        meters.ifPresent(Meters::close);
        database.close();
    }
}

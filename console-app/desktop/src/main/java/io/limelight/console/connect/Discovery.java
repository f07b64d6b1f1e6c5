package io.limelight.console.connect;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for what Keylime keeps on a computer: {@code tenant.conf}, and the {@code cv_ca} folder with the client's files. */
public final class Discovery {
    private static final String CV_CA = "cv_ca";
    private static final List<String> CLIENT_FILES = List.of("cacert.crt", "client-cert.crt", "client-private.pem");

    private final Map<String, String> environment;
    private final Path root;
    private final Words words;
    private final InstantSource clock;
    private final ConnectionReader reader;

    /**
     * Looks at nothing yet.
     *
     * @param environment variables
     * @param root what {@code /} means
     */
    public Discovery(Map<String, String> environment, Path root, Words words, InstantSource clock) {
        this.environment = Map.copyOf(environment);
        this.root = root;
        this.words = words;
        this.clock = clock;
        this.reader = new ConnectionReader(root, words);
    }

    /**
     * What was found.
     *
     * @param places looked at, in the order of the tenant
     * @param suggestion what to connect with, where that is clear
     */
    public record Outcome(List<Found> places, Optional<ProfileSource> suggestion) {
        /** Copies. */
        public Outcome {
            places = List.copyOf(places);
        }
    }

    /** Looks. */
    public Outcome look() {
        ScreenThread.refuse("looking for Keylime's files");
        Path conf = tenantConf();
        Path workDir = workDir();
        Found configuration = configuration(conf, workDir);
        Found keys = keys(workDir.resolve(CV_CA));
        boolean usable = configuration.status() == Found.Status.USABLE;
        Optional<ProfileSource> suggestion = usable || keys.status() == Found.Status.USABLE
                ? Optional.of(new ProfileSource.Configuration(
                        usable ? Optional.of(conf) : Optional.empty(), Optional.of(workDir)))
                : Optional.empty();
        return new Outcome(List.of(configuration, keys), suggestion);
    }

    private Path tenantConf() {
        String named = environment.getOrDefault("KEYLIME_TENANT_CONFIG", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        Path usual = root.resolve("etc/keylime/tenant.conf");
        Path shipped = root.resolve("usr/etc/keylime/tenant.conf");
        return !Files.exists(usual) && Files.exists(shipped) ? shipped : usual;
    }

    private Path workDir() {
        String named = environment.getOrDefault("KEYLIME_DIR", "");
        return named.isEmpty() ? root.resolve("var/lib/keylime") : Path.of(named);
    }

    private Found configuration(Path conf, Path workDir) {
        if (!Files.exists(conf)) {
            return new Found(conf, Found.Status.ABSENT, words.of("connect.found.absent"));
        }
        if (!Files.isReadable(conf)) {
            return new Found(conf, Found.Status.TROUBLE, words.of("connect.found.unreadable"));
        }
        try {
            Connection connection =
                    reader.read(new ProfileSource.Configuration(Optional.of(conf), Optional.of(workDir)));
            return new Found(
                    conf,
                    Found.Status.USABLE,
                    words.of(
                            "connect.found.configuration",
                            connection.settings().verifier().address(),
                            connection.settings().registrar().address()));
        } catch (ProblemException e) {
            return new Found(conf, Found.Status.TROUBLE, e.problem().whatHappened());
        }
    }

    private Found keys(Path folder) {
        if (!Files.exists(folder)) {
            // Of a folder one may not enter nothing is seen; its parent tells.
            Path parent = folder.getParent();
            boolean closed = parent != null && Files.exists(parent) && !Files.isExecutable(parent);
            return closed
                    ? new Found(folder, Found.Status.TROUBLE, words.of("connect.found.unreadable"))
                    : new Found(folder, Found.Status.ABSENT, words.of("connect.found.absent"));
        }
        List<String> missing = CLIENT_FILES.stream()
                .filter(name -> !Files.exists(folder.resolve(name)))
                .toList();
        if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
            return new Found(folder, Found.Status.TROUBLE, words.of("connect.found.unreadable"));
        }
        if (!missing.isEmpty()) {
            return new Found(
                    folder, Found.Status.TROUBLE, words.of("connect.found.missing", String.join(", ", missing)));
        }
        if (!Files.isReadable(folder.resolve("client-private.pem"))) {
            return new Found(folder, Found.Status.TROUBLE, words.of("connect.found.key-unreadable"));
        }
        try {
            X509Certificate certificate =
                    PemFiles.readCertificates(folder.resolve("client-cert.crt")).getFirst();
            String date = DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                    .withLocale(words.locale())
                    .withZone(ZoneId.systemDefault())
                    .format(certificate.getNotAfter().toInstant());
            boolean expired = clock.instant().isAfter(certificate.getNotAfter().toInstant());
            return new Found(
                    folder,
                    expired ? Found.Status.TROUBLE : Found.Status.USABLE,
                    words.of(expired ? "connect.found.expired" : "connect.found.keys", date));
        } catch (TlsSetupException e) {
            return new Found(folder, Found.Status.TROUBLE, String.valueOf(e.getMessage()));
        }
    }

    /** What a file or folder that somebody dropped or chose means; empty: nothing of Keylime's. */
    public Optional<ProfileSource> recognize(Path dropped) {
        ScreenThread.refuse("looking at a file");
        Path path = dropped.toAbsolutePath().normalize();
        if (Files.isRegularFile(path)) {
            // The folder of keys often lies beside it, when both were copied from the verifier's machine.
            Optional<Path> beside =
                    Optional.ofNullable(path.getParent()).filter(folder -> Files.isDirectory(folder.resolve(CV_CA)));
            ProfileSource source = new ProfileSource.Configuration(Optional.of(path), beside.or(() -> usualWorkDir()));
            try {
                reader.read(source);
                return Optional.of(source);
            } catch (ProblemException e) {
                return Optional.empty();
            }
        }
        if (!Files.isDirectory(path)) {
            return Optional.empty();
        }
        if (Files.isRegularFile(path.resolve("tenant.conf"))) {
            return recognize(path.resolve("tenant.conf"));
        }
        Path keys = Files.isDirectory(path.resolve(CV_CA)) ? path.resolve(CV_CA) : path;
        if (Files.isRegularFile(keys.resolve("cacert.crt"))) {
            return Optional.of(new ProfileSource.Typed("", 8881, "", 8891, keys, "", "", ""));
        }
        return Optional.empty();
    }

    private Optional<Path> usualWorkDir() {
        return Optional.of(workDir()).filter(Files::isDirectory);
    }
}

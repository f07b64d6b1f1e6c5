package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A CA folder for a test, with a clock that can be moved; openssl is the other side. */
public final class CaKit implements AutoCloseable {
    public static final CertificateSubject SUBJECT = new CertificateSubject(
            "US",
            "MA",
            "Lexington",
            "Keylime",
            "53",
            "Keylime Certificate Authority",
            3650,
            2048,
            "http://localhost:38080/crl");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final SecretBytes password = secret("s3cret");
    private Instant now = Instant.now();

    public CaKit(Path folder) {
        this.folder = folder;
    }

    /** CAs that are made once for all tests, since making RSA keys takes longer than the tests; by their first machine. */
    private static final Map<String, Path> PREPARED = new ConcurrentHashMap<>();

    /** A CA that has issued to this machine and to the server that takes notices. */
    public static CaKit prepared(Path folder, String machine) throws Exception {
        Path made = PREPARED.computeIfAbsent(machine, CaKit::make);
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(made)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return new CaKit(folder);
    }

    private static Path make(String machine) {
        try {
            Path folder = Files.createTempDirectory("limelight-ca-kit-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            try (CaKit kit = new CaKit(folder)) {
                kit.provision(machine).close();
                new OwnServers(kit.ca()).listener(List.of("localhost", "127.0.0.1"), kit.password());
            }
            return folder;
        } catch (IOException | CaException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SecretBytes secret(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    public Path folder() {
        return folder;
    }

    public Instant now() {
        return now;
    }

    public void now(Instant instant) {
        now = instant;
    }

    public SecretBytes password() {
        return password;
    }

    /** The password for whoever asks. */
    public PasswordSource known() {
        return _ -> password.copy();
    }

    /** Whoever asks fails the test. */
    public static PasswordSource forbidden() {
        return _ -> {
            throw new AssertionError("nobody should be asked for a password");
        };
    }

    public CertificateAuthority ca() {
        return ca(_ -> {});
    }

    public CertificateAuthority ca(Consumer<String> step) {
        return new CertificateAuthority(folder, SUBJECT, RANDOM, () -> now, step);
    }

    public Provisioned provision(String name) throws CaException {
        return new Identities(ca()).provision(CaName.fresh(name), known());
    }

    /** What openssl says, run in the folder. */
    public String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    @Override
    public void close() {
        password.close();
    }
}

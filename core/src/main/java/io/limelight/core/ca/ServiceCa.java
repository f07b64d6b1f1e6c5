package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The folder {@code cv_ca} (or {@code reg_ca}): a CA for the services, a server and a client certificate under it, in
 * Keylime's names (wire reference §9.1, §9.2), so that Keylime's own tenant and registrar can use it.
 *
 * <p>The folder is made beside its place and renamed into it, under a lock: a crash leaves no half of it, and two services
 * that start together make it once. An existing folder is never changed.
 */
public final class ServiceCa {
    private static final int LEAF_DAYS = 365;
    private static final Duration CRL_LIFETIME = Duration.ofDays(30);

    private final CertificateSubject subject;
    private final SecureRandom random;
    private final InstantSource clock;

    public ServiceCa(CertificateSubject subject, SecureRandom random, InstantSource clock) {
        // Nobody answers questions about the services' own certificates.
        this.subject = subject.withoutOcsp();
        this.random = random;
        this.clock = clock;
    }

    /**
     * Makes the folder unless it is there.
     *
     * @param folder for example {@code /var/lib/keylime/cv_ca}
     * @param serverNames names and addresses for the server certificate, besides this host's own
     * @param serverPassword encrypts the server key unless empty
     * @param clientPassword encrypts the client key unless empty
     * @return whether it was made now
     */
    public boolean ensure(Path folder, List<String> serverNames, char[] serverPassword, char[] clientPassword)
            throws CaException {
        // A file lock keeps other processes out, and throws at a second thread of its own process.
        synchronized (ServiceCa.class) {
            return ensureLocked(folder, serverNames, serverPassword, clientPassword);
        }
    }

    private boolean ensureLocked(Path folder, List<String> serverNames, char[] serverPassword, char[] clientPassword)
            throws CaException {
        Path parent = java.util.Objects.requireNonNull(folder.toAbsolutePath().getParent());
        try {
            PrivateFiles.createFolder(parent);
            Path lockFile = parent.resolve("." + folder.getFileName() + ".lock");
            PrivateFiles.createEmpty(lockFile);
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (Files.isDirectory(folder) && lock.isValid()) {
                    requireComplete(folder);
                    return false;
                }
                Path draft = parent.resolve("." + folder.getFileName() + ".new");
                deleteTree(draft);
                PrivateFiles.createFolder(draft);
                fill(draft, serverNames, serverPassword, clientPassword);
                Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
                PrivateFiles.forceFolder(parent);
                return true;
            }
        } catch (IOException e) {
            throw new CaException("cannot make the CA folder " + folder + ": " + FileTrouble.sentence(e), e);
        }
    }

    /** Whether a folder without a keystore is one that was made here: its CA key lies beside the two identities. */
    static boolean made(Path folder) {
        return Stream.of(CaFiles.CERTIFICATE, "ca-private.pem", "server-private.pem", "client-private.pem")
                .allMatch(name -> Files.isRegularFile(folder.resolve(name)));
    }

    private static void requireComplete(Path folder) throws CaException {
        for (String name : List.of("cacert.crt", "server-cert.crt", "server-private.pem")) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new CaException(
                        folder + " exists but holds no " + name
                                + "; complete it, or move it away to have a new one made (every client then needs the new files)");
            }
        }
    }

    private void fill(Path folder, List<String> serverNames, char[] serverPassword, char[] clientPassword)
            throws IOException {
        Instant now = clock.instant();
        List<KeyPair> keys = newKeys();
        KeyPair caKeys = keys.getFirst();
        Issuer issuer = Issuer.create(caKeys, subject, now);
        write(folder, "cacert.crt", PemFiles.certificate(issuer.certificate()));
        write(folder, "ca-public.pem", PemFiles.publicKey(caKeys.getPublic()));
        PrivateFiles.write(folder.resolve("ca-private.pem"), PemFiles.privateKey(caKeys.getPrivate(), new char[0]));
        byte[] crl = issuer.crl(List.of(), BigInteger.ONE, now, CRL_LIFETIME);
        PrivateFiles.write(folder.resolve("cacrl.der"), crl);
        write(folder, "cacrl.pem", PemFiles.encode("X509 CRL", crl));
        leaf(folder, issuer, keys.get(1), "server", serverNames(serverNames), 2, serverPassword, now);
        List<GeneralName> client = List.of(new GeneralName(GeneralName.dNSName, "client"));
        leaf(folder, issuer, keys.get(2), "client", client, 3, clientPassword, now);
    }

    /** For CA, server and client, side by side: in a JVM that has just started an RSA key takes more than a second. */
    private List<KeyPair> newKeys() {
        try (ExecutorService makers = Executors.newFixedThreadPool(3)) {
            List<CompletableFuture<KeyPair>> keys = Stream.generate(
                            () -> CompletableFuture.supplyAsync(() -> KeyPairs.rsa(subject.keyBits(), random), makers))
                    .limit(3)
                    .toList();
            return keys.stream().map(CompletableFuture::join).toList();
        }
    }

    private void leaf(
            Path folder,
            Issuer issuer,
            KeyPair keys,
            String name,
            List<GeneralName> names,
            int serial,
            char[] password,
            Instant now)
            throws IOException {
        X509Certificate certificate =
                issuer.issue(keys.getPublic(), name, names, BigInteger.valueOf(serial), LEAF_DAYS, now);
        write(folder, name + "-cert.crt", PemFiles.certificate(certificate));
        write(folder, name + "-public.pem", PemFiles.publicKey(keys.getPublic()));
        PrivateFiles.write(folder.resolve(name + "-private.pem"), PemFiles.privateKey(keys.getPrivate(), password));
    }

    private static List<GeneralName> serverNames(List<String> extra) {
        Set<String> all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            InetAddress own = InetAddress.getLocalHost();
            all.add(own.getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name of its own gets the names that are left.
            all.add("server");
        }
        all.addAll(extra);
        List<GeneralName> names = new ArrayList<>();
        for (String name : all) {
            if (!name.isBlank() && !name.equals("0.0.0.0") && !name.equals("::")) {
                names.add(SelfSignedCertificates.generalName(name));
            }
        }
        return names;
    }

    private static void write(Path folder, String name, String text) throws IOException {
        PrivateFiles.write(folder.resolve(name), text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}

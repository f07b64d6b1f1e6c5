package io.limelight.cli.bench;

import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateAuthority.CrlIssued;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyImport;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.listen.CaListener;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code limelight bench crl}: a CA that has revoked many certificates. */
@Command(name = "crl", description = "Measure a CA: a long list of revoked certificates issued, and served over HTTP.")
public final class CrlBench implements Callable<Integer> {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int GETS = 50;
    private static final int AGAIN = 3;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--entries",
            description = "Entries of the CRL (default: ${DEFAULT-VALUE}).",
            defaultValue = "100000")
    private int entries;

    @Override
    public Integer call() throws Exception {
        BenchCommand parent = Objects.requireNonNull(bench);
        ComponentConfig config = parent.context().configuration().load(Component.CA);
        Path folder = Files.createTempDirectory("limelight-bench-crl-");
        CertificateAuthority ca = new CertificateAuthority(
                folder.resolve("ca"), CertificateSubject.of(config), RANDOM, InstantSource.system());
        try (SecretBytes password = SecretBytes.copyOf("bench".getBytes(StandardCharsets.US_ASCII))) {
            takeOver(ca, folder.resolve("key.pem"), password);
            issue(parent.context().out(), ca, password);
            serve(parent.context().out(), config, ca, password);
        } finally {
            BenchFolder.delete(folder);
        }
        return 0;
    }

    private void issue(PrintStream out, CertificateAuthority ca, SecretBytes password) throws Exception {
        List<BigInteger> serials = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            serials.add(BigInteger.valueOf(i + 2L));
        }
        long before = System.nanoTime();
        CrlIssued issued = ca.revokeAll(serials, RevocationReason.KEY_COMPROMISE, password);
        out.printf(
                Locale.ROOT,
                "CRL issued                  %d entries in %.2f s%n",
                issued.entries(),
                (System.nanoTime() - before) / 1e9);
        for (int i = 0; i < AGAIN; i++) {
            before = System.nanoTime();
            ca.reissueCrl(password);
            out.printf(Locale.ROOT, "CRL issued again            %.2f s%n", (System.nanoTime() - before) / 1e9);
        }
        before = System.nanoTime();
        ca.publishedCrl();
        out.printf(
                Locale.ROOT,
                "CRL read and checked        %.2f s; %d bytes, keystore %d bytes%n",
                (System.nanoTime() - before) / 1e9,
                Files.size(ca.path().resolve("cacrl.der")),
                Files.size(ca.path().resolve("private.yml")));
    }

    /** A CA that has issued as many, without their files. */
    private void takeOver(CertificateAuthority ca, Path file, SecretBytes password) throws Exception {
        KeyPair keys = KeyPairs.rsa(2048, RANDOM);
        PrivateFiles.write(file, PemFiles.privateKey(keys.getPrivate(), new char[0]));
        PrivateFiles.createFolder(ca.path());
        X509Certificate certificate = SelfSignedCertificates.forAgent(
                keys, "bench", List.of(), InstantSource.system().instant(), Duration.ofDays(365), RANDOM);
        PrivateFiles.write(
                ca.path().resolve("cacert.crt"),
                PemFiles.certificate(certificate).getBytes(StandardCharsets.US_ASCII));
        new KeyImport(ca).run(file, BigInteger.valueOf(entries + 2L), password, false);
    }

    private static void serve(PrintStream out, ComponentConfig config, CertificateAuthority ca, SecretBytes password)
            throws Exception {
        ListenSettings settings = ListenSettings.of(
                config,
                CaName.NOTIFIER,
                new ListenSettings.Given(0, 0, Optional.empty(), Optional.empty(), false),
                ca.path());
        try (CaListener listener = CaListener.start(settings, ca, password, InstantSource.system())) {
            URI address = URI.create("http://127.0.0.1:" + listener.port() + "/crl");
            long first = System.nanoTime();
            long bytes = get(address);
            out.printf(
                    Locale.ROOT,
                    "first request after it      %.1f ms, %d bytes%n",
                    (System.nanoTime() - first) / 1e6,
                    bytes);
            Percentiles served = new Percentiles();
            for (int i = 0; i < GETS; i++) {
                long before = System.nanoTime();
                get(address);
                served.add(System.nanoTime() - before);
            }
            out.printf(Locale.ROOT, "later requests              %s%n", served.show());
        }
    }

    private static long get(URI address) throws IOException {
        try (InputStream in = address.toURL().openStream()) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }
}

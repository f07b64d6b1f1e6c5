package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceCaTest {
    private static final CertificateSubject SUBJECT = new CertificateSubject(
            "US",
            "MA",
            "Lexington",
            "Keylime",
            "53",
            "Keylime Certificate Authority",
            3650,
            2048,
            "http://localhost:38080/crl");

    @TempDir
    Path folder;

    private final ServiceCa ca = new ServiceCa(SUBJECT, new SecureRandom(), InstantSource.system());

    @Test
    void serverAndClientCertificatesChainToTheCaAndAllFilesAreTheOwnersAlone() throws Exception {
        Path made = folder.resolve("cv_ca");
        assertThat(ca.ensure(made, List.of("10.1.2.3", "verifier.example"), new char[0], "pw".toCharArray()))
                .isTrue();

        X509Certificate root =
                PemFiles.readCertificates(made.resolve("cacert.crt")).getFirst();
        KeyMaterial server =
                KeyMaterial.read(made.resolve("server-private.pem"), made.resolve("server-cert.crt"), new char[0]);
        KeyMaterial client = KeyMaterial.read(
                made.resolve("client-private.pem"), made.resolve("client-cert.crt"), "pw".toCharArray());
        server.certificate().verify(root.getPublicKey());
        client.certificate().verify(root.getPublicKey());
        assertThat(server.certificate().getSubjectAlternativeNames().toString())
                .contains("10.1.2.3", "verifier.example", "localhost", "127.0.0.1");
        assertThat(root.getBasicConstraints()).isGreaterThanOrEqualTo(0);
        try (var files = Files.list(made)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
        assertThatThrownBy(() -> KeyMaterial.read(
                        made.resolve("client-private.pem"), made.resolve("client-cert.crt"), new char[0]))
                .hasMessageContaining("encrypted");
    }

    @Test
    void machinesGetNothingOfItAndItIsNotTakenForADamagedCa() throws Exception {
        Path made = folder.resolve("cv_ca");
        ca.ensure(made, List.of(), new char[0], new char[0]);
        CertificateAuthority asked =
                new CertificateAuthority(made, SUBJECT, new SecureRandom(), InstantSource.system());
        assertThatThrownBy(asked::requireExisting)
                .hasMessageContaining("is the CA of registrar and verifier")
                .hasMessageContaining("limelight ca -c init -d DIR")
                .hasMessageNotContaining("backup");
    }

    @Test
    void servicesThatStartTogetherMakeItOnce() throws Exception {
        Path made = folder.resolve("cv_ca");
        try (ExecutorService starts = Executors.newFixedThreadPool(2)) {
            Callable<Boolean> start = () -> ca.ensure(made, List.of(), new char[0], new char[0]);
            List<Future<Boolean>> results = starts.invokeAll(List.of(start, start));
            assertThat(results.get(0).get() ^ results.get(1).get()).isTrue();
        }
    }

    @Test
    void anIncompleteFolderIsRefusedNotReplaced() throws Exception {
        Path made = Files.createDirectory(folder.resolve("cv_ca"));
        Files.writeString(made.resolve("cacert.crt"), "mine");
        assertThatThrownBy(() -> ca.ensure(made, List.of(), new char[0], new char[0]))
                .isInstanceOf(CaException.class)
                .hasMessageContaining("server-cert.crt");
        assertThat(made.resolve("cacert.crt")).hasContent("mine");
    }

    @Test
    void theFolderHoldsWhatKeylimesTenantAndRegistrarLookFor() throws Exception {
        Path made = folder.resolve("cv_ca");
        ca.ensure(made, List.of(), new char[0], new char[0]);
        try (var files = Files.list(made)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "cacert.crt",
                            "ca-public.pem",
                            "ca-private.pem",
                            "cacrl.der",
                            "cacrl.pem",
                            "server-cert.crt",
                            "server-private.pem",
                            "server-public.pem",
                            "client-cert.crt",
                            "client-private.pem",
                            "client-public.pem");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
        X509Certificate root =
                PemFiles.readCertificates(made.resolve("cacert.crt")).getFirst();
        assertThat(root.getSubjectX500Principal().getName())
                .contains("CN=Keylime Certificate Authority", "O=Keylime", "OU=53", "L=Lexington", "ST=MA", "C=US");
        assertThat(root.getSerialNumber()).isOne();
        assertThat(root.getKeyUsage()[5]).as("keyCertSign").isTrue();
        assertThat(root.getKeyUsage()[6]).as("cRLSign").isTrue();
        X509Certificate server =
                PemFiles.readCertificates(made.resolve("server-cert.crt")).getFirst();
        assertThat(server.getExtendedKeyUsage()).as("Keylime issues none").isNull();
        assertThat(server.getKeyUsage()).as("Keylime issues none").isNull();
        assertThat(server.getBasicConstraints()).isNegative();
        var crl = (java.security.cert.X509CRL) java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCRL(Files.newInputStream(made.resolve("cacrl.der")));
        crl.verify(root.getPublicKey());
        assertThat(crl.getRevokedCertificates()).isNull();
        assertThat(crl.getNextUpdate()).as("not expired at birth").isAfter(java.time.Instant.now());
    }

    @Test
    void aSecondStartChangesNothing() throws Exception {
        Path made = folder.resolve("cv_ca");
        ca.ensure(made, List.of(), new char[0], new char[0]);
        Map<String, byte[]> before = contents(made);
        assertThat(ca.ensure(made, List.of("another.name"), "new".toCharArray(), "new".toCharArray()))
                .isFalse();
        assertThat(contents(made)).usingRecursiveComparison().isEqualTo(before);
    }

    private static Map<String, byte[]> contents(Path folder) throws Exception {
        Map<String, byte[]> contents = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 11})
    void whatACrashLeftBehindIsMadeAnew(int files) throws Exception {
        // A start that is killed leaves its draft beside the place, never in it.
        Path draft = Files.createDirectory(folder.resolve(".cv_ca.new"));
        for (String name : List.of(
                        "cacert.crt",
                        "ca-public.pem",
                        "ca-private.pem",
                        "cacrl.der",
                        "cacrl.pem",
                        "server-cert.crt",
                        "server-public.pem",
                        "server-private.pem",
                        "client-cert.crt",
                        "client-public.pem",
                        "client-private.pem")
                .subList(0, files)) {
            Files.writeString(draft.resolve(name), "half");
        }
        Files.writeString(draft.resolve(".cacert.crt.1234.tmp"), "half");
        Path made = folder.resolve("cv_ca");
        assertThat(ca.ensure(made, List.of(), new char[0], new char[0])).isTrue();
        assertThat(draft).doesNotExist();
        assertThat(made.resolve(".cacert.crt.1234.tmp")).doesNotExist();
        KeyMaterial.read(made.resolve("server-private.pem"), made.resolve("server-cert.crt"), new char[0]);
    }

    @Test
    void somethingElseInItsPlaceIsASentenceAndStays() throws Exception {
        Path file = Files.writeString(folder.resolve("cv_ca"), "mine");
        assertThatThrownBy(() -> ca.ensure(file, List.of(), new char[0], new char[0]))
                .isInstanceOf(CaException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("mine");
    }

    @Test
    void processesThatStartTogetherMakeItOnce() throws Exception {
        Path made = folder.resolve("cv_ca");
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            starts.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OneStart.class.getName(),
                            made.toString())
                    .redirectErrorStream(true)
                    .start());
        }
        List<String> said = new ArrayList<>();
        for (Process start : starts) {
            said.add(new String(start.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
            assertThat(start.waitFor()).as("%s", said).isZero();
        }
        assertThat(said).containsExactlyInAnyOrder("true", "false");
        KeyMaterial.read(made.resolve("server-private.pem"), made.resolve("server-cert.crt"), new char[0]);
    }

    /** A service that starts, in a process of its own; says whether it made the folder. */
    static final class OneStart {
        private OneStart() {}

        public static void main(String[] args) throws Exception {
            ServiceCa ca = new ServiceCa(SUBJECT, new SecureRandom(), InstantSource.system());
            System.out.println(ca.ensure(Path.of(args[0]), List.of(), new char[0], new char[0]));
        }
    }
}

package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}

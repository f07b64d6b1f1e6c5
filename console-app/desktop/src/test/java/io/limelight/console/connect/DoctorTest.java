package io.limelight.console.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.connect.Finding.Status;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import io.limelight.core.api.Endpoint.Service;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.task.Cancellation;
import io.limelight.core.testkit.HostileServer;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.ServerTls;
import io.limelight.registrar.RegistrarProgram;
import io.limelight.verifier.VerifierProgram;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // Closing early is what some of these tests are about.
class DoctorTest {
    private static final TestAuthority CA = TestAuthority.named("CN=Keylime Certificate Authority");
    private static final TestAuthority OTHER = TestAuthority.named("CN=Another Authority");
    private static final TestAuthority NAMESAKE = TestAuthority.named("CN=Keylime Certificate Authority");
    private static final KeyMaterial SERVER = CA.issue("CN=server");
    private static final KeyMaterial CLIENT = CA.issue("CN=client");
    private static final KeyMaterial STRANGER = OTHER.issue("CN=client");
    private static final String VERSIONS =
            "{\"code\":200,\"status\":\"Success\",\"results\":{\"current_version\":\"2.4\",\"supported_versions\":[\"2.3\",\"2.4\"]}}";
    private static final String NOT_FOUND = "{\"code\":404,\"status\":\"agent id not found\",\"results\":{}}";

    /** Where nothing ends a step but the peer. */
    private static final DoctorLimits PATIENT = new DoctorLimits(Duration.ofSeconds(60));

    /** Where the step has to end by itself. */
    private static final DoctorLimits BRIEF = new DoctorLimits(Duration.ofMillis(300));

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws Exception {
        write(CA, CLIENT);
    }

    private void write(TestAuthority authority, KeyMaterial client) throws Exception {
        Files.writeString(folder.resolve("cacert.crt"), PemFiles.certificate(authority.certificate()));
        Files.writeString(folder.resolve("client-cert.crt"), PemFiles.certificate(client.certificate()));
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(client.key(), new char[0]));
    }

    private Connection connection(String host, int verifierPort, int registrarPort) throws Exception {
        return new ConnectionReader(folder, Words.english())
                .read(new ProfileSource.Typed(host, verifierPort, host, registrarPort, folder, "", "", ""));
    }

    private Diagnosis examine(int verifierPort, DoctorLimits limits) throws Exception {
        return examine(connection("127.0.0.1", verifierPort, closedPort()), limits);
    }

    private static Diagnosis examine(Connection connection, DoctorLimits limits) {
        return new Doctor(Words.english(), InstantSource.system(), limits)
                .examine(connection, new Cancellation(), DoctorReport.SILENT);
    }

    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HostileServer server(KeyMaterial identity, HostileServer.Script script) throws Exception {
        return HostileServer.tls(new ServerTls(identity, CA.trusted(), ServerTls.ClientAuth.REQUESTED), script);
    }

    private static void keylime(HostileServer.Request request, HostileServer.Answer answer) throws Exception {
        answer.json(
                request.head().contains("/version") ? 200 : 404,
                request.head().contains("/version") ? VERSIONS : NOT_FOUND);
    }

    private static Finding of(Diagnosis diagnosis, Check check) {
        return of(diagnosis, Service.VERIFIER, check);
    }

    private static Finding of(Diagnosis diagnosis, Service server, Check check) {
        return diagnosis.findings().stream()
                .filter(finding -> finding.server() == server && finding.check() == check)
                .findFirst()
                .orElseThrow();
    }

    private static Finding failed(Diagnosis diagnosis, Check check, String seen, String fix) {
        Finding finding = of(diagnosis, check);
        assertThat(finding.status()).as(finding.seen()).isEqualTo(Status.FAILED);
        assertThat(finding.seen()).contains(seen);
        assertThat(finding.fix()).contains(fix);
        assertThat(diagnosis.usable()).isFalse();
        assertEveryStepToldOnce(diagnosis);
        return finding;
    }

    private static void assertEveryStepToldOnce(Diagnosis diagnosis) {
        for (Service server : List.of(Service.VERIFIER, Service.REGISTRAR)) {
            assertThat(diagnosis.findings().stream()
                            .filter(f -> f.server() == server)
                            .map(Finding::check))
                    .containsExactlyElementsOf(Doctor.checks(server));
        }
        assertThat(diagnosis.findings()).allSatisfy(finding -> {
            assertThat(finding.seen()).doesNotContain("connect.").doesNotContain("{");
            assertThat(finding.fix()).doesNotContain("{");
            assertThat(finding.status() == Status.FAILED && finding.fix().isEmpty())
                    .as(finding.seen())
                    .isFalse();
        });
    }

    @Test
    void aNameThatNobodyKnows() throws Exception {
        Diagnosis diagnosis = examine(connection("no-such-host.invalid", 8881, 8891), PATIENT);
        failed(diagnosis, Check.NAME, "no-such-host.invalid", "typing mistake");
        assertThat(of(diagnosis, Check.PORT).status()).isEqualTo(Status.SKIPPED);
        assertThat(of(diagnosis, Check.CLIENT_KEY).status()).isEqualTo(Status.PASSED);
    }

    @Test
    void aClosedPort() throws Exception {
        Diagnosis diagnosis = examine(closedPort(), PATIENT);
        failed(diagnosis, Check.PORT, "Nobody listens", "Start the verifier");
        assertThat(of(diagnosis, Check.TLS).seen()).contains("Port");
        assertThat(of(diagnosis, Service.REGISTRAR, Check.PORT).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aListenerThatNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            failed(examine(silent.getLocalPort(), BRIEF), Check.TLS, "said nothing", "Look at its log");
        }
    }

    @Test
    void aPeerThatDripsBytesIsLeftInTime() throws Exception {
        try (ServerSocket dripping = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread drip = Thread.ofVirtual().start(() -> {
                try (var socket = dripping.accept();
                        var socket2 = dripping.accept()) {
                    socket.close();
                    // A record of handshake, 16 KiB long, a byte at a time.
                    socket2.getOutputStream().write(new byte[] {22, 3, 3, 0x40, 0});
                    while (true) {
                        socket2.getOutputStream().write(0);
                        socket2.getOutputStream().flush();
                        new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
                    }
                } catch (Exception e) {
                    // It was left.
                }
            });
            failed(examine(dripping.getLocalPort(), BRIEF), Check.TLS, "", "");
            drip.join();
        }
    }

    @Test
    void plainHttpOnTheTlsPort() throws Exception {
        try (ServerSocket http = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        try (var socket = http.accept()) {
                            socket.getOutputStream()
                                    .write("HTTP/1.1 400 Bad Request\r\n\r\n"
                                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                            socket.getOutputStream().flush();
                            socket.getInputStream().read();
                        }
                    }
                } catch (Exception e) {
                    // The end.
                }
            });
            Diagnosis diagnosis = examine(connection("127.0.0.1", http.getLocalPort(), http.getLocalPort()), PATIENT);
            failed(diagnosis, Check.TLS, "plain HTTP", "8881");
            assertThat(of(diagnosis, Service.REGISTRAR, Check.TLS).fix()).contains("tls_port");
            http.close();
            answering.join();
        }
    }

    @Test
    void anotherCa() throws Exception {
        try (HostileServer server = server(OTHER.issue("CN=server"), DoctorTest::keylime)) {
            Finding finding =
                    failed(examine(server.port(), PATIENT), Check.CHAIN, "Another Authority", "Copy cacert.crt");
            assertThat(finding.file()).contains(folder.resolve("cacert.crt"));
            // A server nobody vouches for is told nothing, not even who we are.
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aCaOfTheSameNameThatWasMadeAnew() throws Exception {
        try (HostileServer server = server(NAMESAKE.issue("CN=server"), DoctorTest::keylime)) {
            failed(examine(server.port(), PATIENT), Check.CHAIN, "not by the one in your file", "made anew");
        }
    }

    @Test
    void anExpiredCertificate() throws Exception {
        KeyMaterial expired = CA.issue("CN=server", Instant.now().minus(Duration.ofDays(30)), Duration.ofDays(10));
        try (HostileServer server = server(expired, DoctorTest::keylime)) {
            failed(examine(server.port(), PATIENT), Check.CHAIN, "expired on", "clock");
        }
    }

    @Test
    void noCaFile() throws Exception {
        Files.delete(folder.resolve("cacert.crt"));
        try (HostileServer server = server(SERVER, DoctorTest::keylime)) {
            failed(examine(server.port(), PATIENT), Check.CHAIN, "cacert.crt", "Copy cacert.crt");
        }
    }

    @Test
    void aHostThatTheCertificateDoesNotNameIsOnlyAWarning() throws Exception {
        try (HostileServer server = server(SERVER, DoctorTest::keylime)) {
            Diagnosis diagnosis = examine(connection("127.0.0.1", server.port(), server.port()), PATIENT);
            assertThat(of(diagnosis, Check.SAN).status()).isEqualTo(Status.WARNED);
            assertThat(diagnosis.usable()).isTrue();
        }
    }

    @Test
    void hostsAreComparedAsCertificatesMeanThem() {
        assertThat(Certificates.names(List.of("*.example.com"), "V1.example.com"))
                .isTrue();
        assertThat(Certificates.names(List.of("*.example.com"), "a.b.example.com"))
                .isFalse();
        assertThat(Certificates.names(List.of("*.example.com"), "example.com")).isFalse();
        assertThat(Certificates.names(List.of("0:0:0:0:0:0:0:1"), "::1")).isTrue();
        assertThat(Certificates.names(List.of(), "anything")).isFalse();
    }

    @Test
    void theKeyOfAnotherCertificate() throws Exception {
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(STRANGER.key(), new char[0]));
        try (HostileServer server = server(SERVER, DoctorTest::keylime)) {
            Finding finding = failed(
                    examine(server.port(), PATIENT), Check.CLIENT_KEY, "belongs to another key", "made together");
            assertThat(finding.file()).contains(folder.resolve("client-cert.crt"));
        }
    }

    @Test
    void aKeyThatIsMissingOrEncrypted() throws Exception {
        Files.write(folder.resolve("client-private.pem"), PemFiles.privateKey(CLIENT.key(), "word".toCharArray()));
        failed(examine(closedPort(), PATIENT), Check.CLIENT_KEY, "encrypted", "vault");
        Files.delete(folder.resolve("client-private.pem"));
        Finding missing = failed(examine(closedPort(), PATIENT), Check.CLIENT_KEY, "There is no file", "cv_ca");
        assertThat(missing.file()).contains(folder.resolve("client-private.pem"));
    }

    @Test
    void anOwnCertificateThatExpired() throws Exception {
        write(CA, CA.issue("CN=client", Instant.now().minus(Duration.ofDays(30)), Duration.ofDays(10)));
        failed(examine(closedPort(), PATIENT), Check.CLIENT_KEY, "expired on", "issued anew");
    }

    @Test
    void aClientThatIsNotTrusted() throws Exception {
        write(CA, STRANGER);
        try (HostileServer server = HostileServer.tls(
                new ServerTls(SERVER, CA.trusted(), ServerTls.ClientAuth.REQUIRED), DoctorTest::keylime)) {
            Finding finding = failed(
                    examine(server.port(), PATIENT), Check.CLIENT_ACCEPTED, "does not accept", "trusted_client_ca");
            assertThat(finding.file()).contains(folder.resolve("client-cert.crt"));
        }
    }

    @Test
    void aVerifierInPushMode() throws Exception {
        try (HostileServer server =
                server(SERVER, (_, answer) -> answer.json(410, "{\"code\":410,\"status\":\"Gone\",\"results\":{}}"))) {
            Diagnosis diagnosis = examine(server.port(), PATIENT);
            failed(diagnosis, Check.MODE, "Push", "mode = pull");
            assertThat(of(diagnosis, Check.CLIENT_ACCEPTED).status()).isEqualTo(Status.PASSED);
        }
    }

    @Test
    void noVersionInCommon() throws Exception {
        String old = VERSIONS.replace("2.4", "1.0").replace("2.3", "9.0");
        try (HostileServer server = server(SERVER, (_, answer) -> answer.json(200, old))) {
            failed(examine(server.port(), PATIENT), Check.VERSION, "1.0, 9.0", "Update");
        }
    }

    @Test
    void somethingElseThanKeylime() throws Exception {
        try (HostileServer server = server(
                SERVER,
                (_, answer) -> answer.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<h1>Hello!</h1>"))) {
            failed(examine(server.port(), PATIENT), Check.VERSION, "no Keylime service", "Correct the address");
        }
    }

    @Test
    void aServerThatStopsAnsweringAfterTheHandshake() throws Exception {
        try (HostileServer server = server(SERVER, (_, answer) -> answer.waitForTheEnd())) {
            Diagnosis diagnosis = examine(server.port(), new DoctorLimits(Duration.ofSeconds(3)));
            failed(diagnosis, Check.CLIENT_ACCEPTED, "did not answer", "busy");
        }
    }

    @Test
    void keylimesVerifierHasNoRoles() throws Exception {
        try (HostileServer server = server(SERVER, DoctorTest::keylime)) {
            Diagnosis diagnosis = examine(connection("127.0.0.1", server.port(), server.port()), PATIENT);
            assertThat(diagnosis.usable()).isTrue();
            assertThat(diagnosis.role()).isEqualTo(Diagnosis.Role.UNKNOWN);
            assertThat(of(diagnosis, Check.ROLE).seen()).contains("no roles");
            assertEveryStepToldOnce(diagnosis);
        }
    }

    @Test
    void cancelledItEndsAtOnceAndSaysThatItIsNotDone() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Cancellation cancellation = new Cancellation();
            Connection connection = connection("127.0.0.1", silent.getLocalPort(), silent.getLocalPort());
            CountDownLatch shaking = new CountDownLatch(1);
            CompletableFuture<Diagnosis> examined =
                    CompletableFuture.supplyAsync(() -> new Doctor(Words.english(), InstantSource.system(), PATIENT)
                            .examine(connection, cancellation, new DoctorReport() {
                                @Override
                                public void begin(Service server, Check check) {
                                    if (check == Check.TLS) {
                                        shaking.countDown();
                                    }
                                }

                                @Override
                                public void found(Finding finding) {}
                            }));
            shaking.await();
            cancellation.cancel();
            Diagnosis diagnosis = examined.get(50, TimeUnit.SECONDS);
            assertThat(diagnosis.complete()).isFalse();
            assertThat(diagnosis.usable()).isFalse();
            assertThat(diagnosis.findings()).extracting(Finding::check).containsExactly(Check.NAME, Check.PORT);
        }
    }

    @Test
    void oursSaysWhoMayActAndWhoMayOnlyRead() throws Exception {
        Path services = Files.createDirectories(folder.resolve("services"));
        Path ca = Files.createDirectories(services.resolve("cv_ca"));
        Files.writeString(ca.resolve("cacert.crt"), PemFiles.certificate(CA.certificate()));
        Files.writeString(ca.resolve("server-cert.crt"), PemFiles.certificate(SERVER.certificate()));
        Files.write(ca.resolve("server-private.pem"), PemFiles.privateKey(SERVER.key(), new char[0]));
        Files.writeString(ca.resolve("client-cert.crt"), PemFiles.certificate(CLIENT.certificate()));
        Files.write(ca.resolve("client-private.pem"), PemFiles.privateKey(CLIENT.key(), new char[0]));
        KeyMaterial observer = OTHER.issue("CN=observer");
        String pin = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(observer.certificate().getEncoded()));
        Files.writeString(
                services.resolve("verifier.conf"),
                "[verifier]\nport = 0\ntls_dir = default\nobservers = ['sha256:" + pin + "']\n");
        Files.writeString(services.resolve("registrar.conf"), "[registrar]\nport = 0\ntls_port = 0\n");
        KeylimeConfig loader = new KeylimeConfig(
                Map.of(
                        "KEYLIME_DIR", services.toString(),
                        "KEYLIME_VERIFIER_CONFIG",
                                services.resolve("verifier.conf").toString(),
                        "KEYLIME_REGISTRAR_CONFIG",
                                services.resolve("registrar.conf").toString()),
                folder);
        try (VerifierProgram verifier =
                        VerifierProgram.start(loader, Optional.empty(), new SecureRandom(), InstantSource.system());
                RegistrarProgram registrar =
                        RegistrarProgram.start(loader, new SecureRandom(), InstantSource.system())) {
            Diagnosis administrator = examine(connection("127.0.0.1", verifier.port(), registrar.tlsPort()), PATIENT);
            assertThat(administrator.findings())
                    .allSatisfy(finding ->
                            assertThat(finding.status()).as(finding.seen()).isIn(Status.PASSED, Status.WARNED));
            assertThat(administrator.role()).isEqualTo(Diagnosis.Role.ADMINISTRATOR);

            write(CA, observer);
            Diagnosis reading = examine(connection("127.0.0.1", verifier.port(), registrar.tlsPort()), PATIENT);
            assertThat(reading.role()).isEqualTo(Diagnosis.Role.OBSERVER);
            assertThat(of(reading, Check.CLIENT_ACCEPTED).status()).isEqualTo(Status.PASSED);

            write(CA, STRANGER);
            Diagnosis stranger = examine(connection("127.0.0.1", verifier.port(), registrar.tlsPort()), PATIENT);
            failed(stranger, Check.CLIENT_ACCEPTED, "does not accept", "trusted_client_ca");
            assertThat(of(stranger, Service.REGISTRAR, Check.CLIENT_ACCEPTED).status())
                    .isEqualTo(Status.FAILED);

            write(CA, CLIENT);
            Diagnosis plain = examine(connection("127.0.0.1", verifier.port(), registrar.port()), PATIENT);
            assertThat(of(plain, Service.REGISTRAR, Check.TLS).fix()).contains("8891");
        }
    }
}

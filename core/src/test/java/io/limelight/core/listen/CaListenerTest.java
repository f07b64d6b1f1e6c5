package io.limelight.core.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.node.ObjectNode;

/** A listening CA over the network: strangers, other CAs' notifiers, and its own verifier. */
class CaListenerTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final BigInteger SERIAL = BigInteger.TWO;

    @TempDir
    Path root;

    private CaKit kit;
    private RSAPrivateKey notifier;
    private CaListener listener;
    private HttpClient plain;
    private HttpClient secure;

    @BeforeEach
    void begin() throws Exception {
        kit = CaKit.prepared(root.resolve("ca"), ID);
        try (Provisioned made = kit.provision(ID)) {
            assertThat(made.machine().serial()).isEqualTo(SERIAL);
            notifier = key(made);
        }
        plain = HttpClient.newHttpClient();
        secure = HttpClient.newBuilder()
                .sslContext(ClientTls.trusting(
                                TrustedCas.read(List.of(kit.folder().resolve("cacert.crt"))), Optional.empty())
                        .context())
                .build();
    }

    @AfterEach
    void end() {
        if (listener != null) {
            listener.close();
        }
        plain.close();
        secure.close();
        kit.close();
    }

    private static RSAPrivateKey key(Provisioned made) throws Exception {
        String pem = made.notifier().key().apply(bytes -> new String(bytes, StandardCharsets.US_ASCII));
        return (RSAPrivateKey) PemFiles.parsePrivateKey(pem, new char[0], "notifier");
    }

    private void listen(Optional<String> least, Optional<InetSocketAddress> publisher) throws Exception {
        listener = CaListener.start(
                new ListenSettings(
                        "127.0.0.1",
                        0,
                        0,
                        Optional.empty(),
                        publisher,
                        CaName.NOTIFIER,
                        List.of("info", "warning", "emergency"),
                        least),
                kit.ca(),
                kit.password(),
                () -> kit.now());
    }

    private void listen() throws Exception {
        listen(Optional.empty(), Optional.empty());
    }

    // --- notices ---

    private static RevocationNotice notice(String type, String id, String metaData, String label, Instant expires) {
        return new RevocationNotice(
                type,
                Optional.of("127.0.0.1"),
                id,
                OptionalInt.of(9002),
                "{}",
                metaData,
                "Mon Aug  3 07:14:14 2026",
                Optional.of(new RevocationNotice.Event("pcr_validation.invalid_pcr_15", label, "{}")),
                Optional.of("n-1"),
                Optional.empty(),
                Optional.of(expires));
    }

    private String text(String type, String id, String metaData, String label) {
        return notice(type, id, metaData, label, kit.now().plus(Duration.ofHours(1)))
                .text();
    }

    private static String meta(Object serial) {
        return "{\"cert_serial\": " + serial + ", \"subject\": \"CN=" + ID + "\"}";
    }

    private String genuine() {
        return text(RevocationNotice.REVOCATION, ID, meta(SERIAL), "emergency");
    }

    private static String envelope(String msg, String signature) {
        ObjectNode envelope = WireJson.object();
        envelope.put("msg", msg);
        envelope.put("signature", signature);
        return WireJson.compactText(envelope);
    }

    private String signed(String msg) throws Exception {
        return envelope(msg, NoticeSignature.sign(notifier, msg));
    }

    private HttpResponse<String> post(String body) throws Exception {
        return secure.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + listener.webhookPort() + "/"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return ask("GET", path, headers);
    }

    private HttpResponse<byte[]> ask(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return plain.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private boolean revoked() throws Exception {
        return kit.ca().publishedCrl().orElseThrow().revokes(SERIAL);
    }

    // --- strangers ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "{\"msg\": \"{}\"}",
                "{\"msg\": \"a\", \"msg\": \"b\", \"signature\": \"\"}"
            })
    void whatIsNoNoticeIsABadRequest(String body) throws Exception {
        listen();
        assertThat(post(body).statusCode()).isEqualTo(400);
    }

    @Test
    void aNoticeOfStrangersIsRefused() throws Exception {
        listen();
        assertThat(post(envelope(genuine(), "")).body()).contains("not signed");
        assertThat(post(envelope(genuine(), "AAAA")).statusCode()).isEqualTo(403);
        String other = text(RevocationNotice.REVOCATION, ID, meta(SERIAL), "info");
        assertThat(post(envelope(genuine(), NoticeSignature.sign(notifier, other)))
                        .statusCode())
                .isEqualTo(403);
        try (CaKit foreign = CaKit.prepared(root.resolve("foreign"), "foreign");
                Provisioned made = foreign.provision("foreign")) {
            HttpResponse<String> answer = post(envelope(genuine(), NoticeSignature.sign(key(made), genuine())));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("not signed by the RevocationNotifier of this CA");
        }
        assertThat(revoked()).isFalse();
    }

    @Test
    void anEnvelopeWithoutEndIsCutOff() throws Exception {
        listen();
        try {
            assertThat(post(envelope("x".repeat(6 << 20), "")).statusCode()).isEqualTo(413);
        } catch (IOException e) {
            // The answer came, and the end of the connection, while this side was still sending.
            assertThat(e).isNotNull();
        }
        assertThat(post(envelope("x".repeat(3 << 20), "AAAA")).statusCode()).isEqualTo(403);
    }

    // --- genuine notices that must not revoke ---

    @Test
    void aSerialThatIsNotTheFailedMachinesIsNotRevoked() throws Exception {
        BigInteger other;
        try (Provisioned made = kit.provision("other")) {
            other = made.machine().serial();
        }
        listen();
        BigInteger ofNotifier = kit.ca().serialOf(CaName.NOTIFIER);
        for (Object serial : List.of(other, 1, ofNotifier, 4711, 0, -1, "\"2\"", "null", "2.0")) {
            HttpResponse<String> answer = post(signed(text(RevocationNotice.REVOCATION, ID, meta(serial), "x")));
            assertThat(answer.statusCode()).as("serial " + serial).isEqualTo(403);
        }
        for (String id : List.of("other", "absent", "RevocationNotifier", "ca", "server", "../x", "", "a\nb")) {
            HttpResponse<String> answer = post(signed(text(RevocationNotice.REVOCATION, id, meta(SERIAL), "x")));
            assertThat(answer.statusCode()).as("id " + id).isEqualTo(403);
        }
        for (String metaData : List.of("{}", "", "[]", "nonsense", "{\"subject\": \"x\"}")) {
            assertThat(post(signed(text(RevocationNotice.REVOCATION, ID, metaData, "x")))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(kit.ca().publishedCrl().orElseThrow().entries()).isZero();
    }

    @Test
    void silenceIsNoReasonToRevoke() throws Exception {
        listen();
        HttpResponse<String> answer = post(signed(text(RevocationNotice.COMM_ERROR, ID, meta(SERIAL), "emergency")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("ignored");
        assertThat(revoked()).isFalse();
    }

    @Test
    void anExpiredNoticeIsRefused() throws Exception {
        listen();
        String late = notice(RevocationNotice.REVOCATION, ID, meta(SERIAL), "emergency", kit.now())
                .text();
        assertThat(post(signed(late)).body()).contains("expired");
        assertThat(revoked()).isFalse();
    }

    @Test
    void whatIsNotBadEnoughIsLeftAloneAndAnUnknownWordIsTheWorst() throws Exception {
        listen(Optional.of("warning"), Optional.empty());
        assertThat(post(signed(text(RevocationNotice.REVOCATION, ID, meta(SERIAL), "info")))
                        .body())
                .contains("ignored");
        assertThat(revoked()).isFalse();
        assertThat(post(signed(text(RevocationNotice.REVOCATION, ID, meta(SERIAL), "catastrophe")))
                        .body())
                .contains("revoked");
        assertThat(revoked()).isTrue();
    }

    // --- and those that must ---

    @Test
    void aGenuineNoticeIsOnTheDiskWhenItIsAnsweredAndRevokesOnce() throws Exception {
        listen();
        HttpResponse<String> answer = post(signed(genuine()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"outcome\":\"revoked\"", "\"serial\":\"2\"");
        assertThat(revoked()).isTrue();
        BigInteger number = kit.ca().publishedCrl().orElseThrow().number();
        assertThat(post(signed(genuine())).body()).contains("already revoked");
        assertThat(kit.ca().publishedCrl().orElseThrow().number()).isEqualTo(number);

        Files.write(kit.folder().resolve("served.der"), get("/crl").body());
        assertThat(kit.openssl(
                        "crl", "-inform", "DER", "-in", "served.der", "-noout", "-text", "-CAfile", "cacert.crt"))
                .contains("Serial Number: 02", "Key Compromise", "verify OK");
        assertThat(kit.openssl(
                        "verify", "-crl_check", "-CAfile", "cacert.crt", "-CRLfile", "cacrl.pem", ID + "-cert.crt"))
                .contains("certificate revoked");
    }

    @Test
    void aRevocationSurvivesARestartAndAnotherOneIsTakenThen() throws Exception {
        listen();
        post(signed(genuine()));
        listener.close();
        try (Provisioned other = new Identities(kit.ca()).provision(CaName.fresh("other"), kit.known())) {
            listen();
            assertThat(post(signed(text(
                                    RevocationNotice.REVOCATION,
                                    "other",
                                    meta(other.machine().serial()),
                                    "emergency")))
                            .statusCode())
                    .isEqualTo(200);
        }
        assertThat(revoked()).isTrue();
        assertThat(kit.ca().publishedCrl().orElseThrow().entries()).isEqualTo(2);
    }

    @Test
    void aCaThatCannotWriteAsksTheSenderToComeAgain() throws Exception {
        listen();
        Path keystore = kit.folder().resolve("private.yml");
        Path aside = root.resolve("aside");
        Files.move(keystore, aside);
        assertThat(post(signed(genuine())).statusCode()).isEqualTo(503);
        Files.move(aside, keystore);
        assertThat(revoked()).isFalse();
        assertThat(post(signed(genuine())).statusCode()).isEqualTo(200);
        assertThat(revoked()).isTrue();
    }

    @Test
    void anExpiredNotifierIsStillBelieved() throws Exception {
        listen();
        kit.now(kit.now().plus(Duration.ofDays(3651)));
        assertThat(post(signed(genuine())).statusCode()).isEqualTo(200);
        assertThat(revoked()).isTrue();
    }

    @Test
    void aPublisherOnZeroMqIsHeardWheneverItComes() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        listen(Optional.empty(), Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", port)));
        String genuine = signed(genuine());
        try (ZContext library = new ZContext()) {
            ZMQ.Socket publisher = library.createSocket(SocketType.PUB);
            publisher.bind("tcp://127.0.0.1:" + port);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                publisher.send("nonsense");
                publisher.send("{\"msg\": \"x\", \"signature\": \"AAAA\"}");
                publisher.send(genuine);
                return revoked();
            });
        }
    }

    // --- publication ---

    @Test
    void theCrlIsUnderEveryPathAndAsPemWhereThatIsAsked() throws Exception {
        listen();
        byte[] der = Files.readAllBytes(kit.folder().resolve("cacrl.der"));
        for (String path : List.of("/", "/crl", "/v2.6/agents/x", "/any/where?x=y", "/a%20b")) {
            HttpResponse<byte[]> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(der);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/pkix-crl");
        }
        HttpResponse<byte[]> pem = get("/crl.pem");
        assertThat(pem.headers().firstValue("Content-Type")).contains("application/x-pem-file");
        assertThat(pem.body()).isEqualTo(Files.readAllBytes(kit.folder().resolve("cacrl.pem")));
        assertThat(ask("POST", "/crl").statusCode()).isEqualTo(405);
    }

    @Test
    void whoHasItAlreadyIsToldSo() throws Exception {
        listen();
        HttpResponse<byte[]> head = ask("HEAD", "/crl");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length"))
                .hasValue(Files.size(kit.folder().resolve("cacrl.der")));
        String tag = head.headers().firstValue("ETag").orElseThrow();
        for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
            HttpResponse<byte[]> same = get("/crl", "If-None-Match", known);
            assertThat(same.statusCode()).as(known).isEqualTo(304);
            assertThat(same.body()).isEmpty();
        }
        assertThat(get("/crl.pem", "If-None-Match", tag).statusCode()).isEqualTo(200);

        // By another program.
        kit.ca().revoke(SERIAL, RevocationReason.UNSPECIFIED, kit.password());
        HttpResponse<byte[]> newer = get("/crl", "If-None-Match", tag);
        assertThat(newer.statusCode()).isEqualTo(200);
        assertThat(newer.headers().firstValue("ETag")).isPresent().get().isNotEqualTo(tag);
    }

    @Test
    void aCrlThatTheCaDidNotSignIsNotPublished() throws Exception {
        listen();
        try (CaKit foreign = CaKit.prepared(root.resolve("foreign"), "foreign");
                Provisioned _ = foreign.provision("foreign")) {
            Files.copy(
                    foreign.folder().resolve("cacrl.der"),
                    kit.folder().resolve("cacrl.der"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(get("/crl").statusCode()).isEqualTo(404);
        listener.look();
        assertThat(get("/crl").statusCode()).isEqualTo(200);
    }

    @Test
    void itIsIssuedAnewEveryDayAndWhenItsTimeIsOver() throws Exception {
        listen();
        BigInteger number = kit.ca().publishedCrl().orElseThrow().number();
        listener.look();
        assertThat(kit.ca().publishedCrl().orElseThrow().number()).isEqualTo(number);
        kit.now(kit.now().plus(Duration.ofHours(25)));
        listener.look();
        assertThat(kit.ca().publishedCrl().orElseThrow().number()).isGreaterThan(number);
        assertThat(kit.ca().publishedCrl().orElseThrow().nextUpdate())
                .isAfter(kit.now().plus(Duration.ofDays(29)));
    }

    @Test
    void aWrongPasswordShowsAtTheStart() throws Exception {
        try (SecretBytes wrong = CaKit.secret("guess")) {
            assertThatThrownBy(() -> CaListener.start(
                            new ListenSettings(
                                    "127.0.0.1",
                                    0,
                                    0,
                                    Optional.empty(),
                                    Optional.empty(),
                                    CaName.NOTIFIER,
                                    List.of("info"),
                                    Optional.empty()),
                            kit.ca(),
                            wrong,
                            () -> kit.now()))
                    .hasMessageContaining("wrong password");
        }
    }
}

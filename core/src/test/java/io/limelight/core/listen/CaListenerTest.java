package io.limelight.core.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.node.ObjectNode;

/** A listening CA over the network: strangers, other CAs' notifiers, and its own verifier. */
@ResourceLock(CaListenerTest.LOG)
class CaListenerTest {
    /** What a CA writes about notices is read here, and its logger belongs to the whole process. */
    static final String LOG = "the log of NoticeIntake";

    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final BigInteger SERIAL = BigInteger.TWO;

    @TempDir
    Path root;

    private CaKit kit;
    private RSAPrivateKey notifier;
    private CaListener listener;
    private HttpClient plain;
    private HttpClient secure;
    private boolean ocsp;

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
                        Optional.empty(),
                        ocsp,
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
    void aTestIsAnsweredWithSuccessAndNothingFollowsFromIt() throws Exception {
        listen();
        Logger logger = (Logger) LoggerFactory.getLogger(NoticeIntake.class);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try {
            String test = text(RevocationNotice.TEST, ID, meta(SERIAL), "emergency");
            assertThat(post(envelope(test, "AAAA")).statusCode()).isEqualTo(403);
            assertThat(post(envelope(text("tests", ID, meta(SERIAL), "emergency"), ""))
                            .statusCode())
                    .isEqualTo(403);
            String tooLong = text(RevocationNotice.TEST, ID, "x".repeat(5_000), "info");
            assertThat(post(envelope(tooLong, "")).statusCode()).isEqualTo(403);
            written.list.clear();
            for (int i = 0; i < 40; i++) {
                HttpResponse<String> answer = post(envelope(test, ""));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("\"outcome\":\"test\"");
            }
            assertThat(written.list)
                    .hasSizeBetween(1, 10)
                    .allMatch(event -> event.getLevel() == Level.INFO
                            && event.getFormattedMessage().startsWith("a test notice came"));
            assertThat(revoked()).isFalse();
        } finally {
            logger.detachAppender(written);
        }
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

    @Test
    void rubbishDoesNotFillTheLog() throws Exception {
        listen();
        Logger logger = (Logger) LoggerFactory.getLogger(NoticeIntake.class);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try {
            for (int i = 0; i < 40; i++) {
                assertThat(post("nonsense").statusCode()).isEqualTo(400);
                assertThat(post(envelope(genuine(), "AAAA")).statusCode()).isEqualTo(403);
            }
            assertThat(written.list).hasSizeBetween(1, 10);
            // A revocation is said however much was refused before.
            assertThat(post(signed(genuine())).statusCode()).isEqualTo(200);
            assertThat(written.list.getLast().getFormattedMessage()).contains("certificate 2 of", "is revoked");
            for (int i = 0; i < 40; i++) {
                post(signed(genuine()));
            }
            assertThat(written.list).hasSizeBetween(2, 11);
        } finally {
            logger.detachAppender(written);
        }
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
    void aNoticeThatComesByManyWaysAtOnceRevokesOnce() throws Exception {
        listen();
        BigInteger before = kit.ca().publishedCrl().orElseThrow().number();
        String body = signed(genuine());
        List<String> answers = new ArrayList<>();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> answer : senders.invokeAll(
                    Collections.nCopies(8, (Callable<String>) () -> post(body).body()))) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).hasSize(8);
        assertThat(answers)
                .filteredOn(answer -> answer.contains("already revoked"))
                .hasSize(7);
        assertThat(kit.ca().publishedCrl().orElseThrow().number()).isEqualTo(before.add(BigInteger.ONE));
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
        Logger logger = (Logger) LoggerFactory.getLogger("io.limelight.core");
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try (ZContext library = new ZContext()) {
            ZMQ.Socket publisher = library.createSocket(SocketType.PUB);
            publisher.bind("tcp://127.0.0.1:" + port);
            // Longer than it takes to leave a stranger who had the port for a moment, several times over.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                publisher.send("nonsense");
                publisher.send("{\"msg\": \"x\", \"signature\": \"AAAA\"}");
                publisher.send(genuine);
                assertThat(revoked())
                        .as(() -> "what was written meanwhile: " + List.copyOf(written.list))
                        .isTrue();
            });
        } finally {
            logger.detachAppender(written);
        }
    }

    // --- questions about one certificate ---

    private String asked(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "ocsp",
                "-issuer",
                "cacert.crt",
                "-CAfile",
                "cacert.crt",
                "-url",
                "http://127.0.0.1:" + listener.port()));
        command.addAll(List.of(arguments));
        return kit.openssl(command.toArray(String[]::new));
    }

    @Test
    void withoutTheOptionNobodyAnswersQuestions() throws Exception {
        listen();
        assertThat(ask("POST", "/ocsp").statusCode()).isEqualTo(405);
    }

    @Test
    void opensslIsToldWhatTheFolderSaysAtThatMoment() throws Exception {
        ocsp = true;
        listen();
        // Asked with a nonce, by name and by number, and with another digest.
        assertThat(asked("-cert", ID + "-cert.crt", "-serial", "0x4711", "-serial", "1"))
                .contains("Response verify OK", ID + "-cert.crt: good", "0x4711: unknown", "1: unknown")
                .doesNotContain("WARNING", "rror");
        assertThat(asked("-sha256", "-cert", ID + "-cert.crt")).contains("OK", ID + "-cert.crt: good");
        try (CaKit foreign = CaKit.prepared(root.resolve("foreign"), "foreign")) {
            Files.copy(foreign.folder().resolve("cacert.crt"), kit.folder().resolve("foreign.crt"));
        }
        assertThat(kit.openssl(
                        "ocsp",
                        "-issuer",
                        "foreign.crt",
                        "-serial",
                        "2",
                        "-CAfile",
                        "cacert.crt",
                        "-url",
                        "http://127.0.0.1:" + listener.port() + "/ocsp"))
                .contains("2: unknown");
        kit.ca().revoke(SERIAL, RevocationReason.KEY_COMPROMISE, kit.password());
        assertThat(asked("-cert", ID + "-cert.crt")).contains("OK", ID + "-cert.crt: revoked", "Reason: keyCompromise");
        // Another program has issued one since.
        try (Provisioned _ = kit.provision("later")) {
            assertThat(asked("-cert", "later-cert.crt")).contains("later-cert.crt: good");
        }
        assertThat(kit.openssl("verify", "-CAfile", "cacert.crt", "ca-ocsp-cert.crt"))
                .contains("OK");
    }

    private HttpResponse<byte[]> question(byte[] request) throws Exception {
        return plain.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/ocsp"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void whatIsNoQuestionIsMalformedAndAnAddressMayHoldOne() throws Exception {
        ocsp = true;
        listen();
        kit.openssl("ocsp", "-issuer", "cacert.crt", "-cert", ID + "-cert.crt", "-no_nonce", "-reqout", "one.der");
        byte[] genuine = Files.readAllBytes(kit.folder().resolve("one.der"));
        List<String> many = new ArrayList<>(List.of("ocsp", "-issuer", "cacert.crt", "-reqout", "many.der"));
        for (int i = 0; i < 17; i++) {
            many.addAll(List.of("-serial", Integer.toString(i + 2)));
        }
        kit.openssl(many.toArray(String[]::new));
        byte[] nested = new byte[4_096];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        byte[] cut = Arrays.copyOf(genuine, genuine.length - 5);
        byte[] followed = Arrays.copyOf(genuine, genuine.length - 1);
        for (byte[] hostile : List.of(
                new byte[0],
                new byte[] {1, 2, 3},
                nested,
                cut,
                followed,
                Files.readAllBytes(kit.folder().resolve("many.der")))) {
            HttpResponse<byte[]> answer = question(hostile);
            assertThat(answer.statusCode()).isEqualTo(200);
            // OCSPResponse { responseStatus malformedRequest }
            assertThat(answer.body()).isEqualTo(new byte[] {0x30, 3, 0x0a, 1, 1});
        }
        assertThat(question(new byte[5_000]).statusCode()).isEqualTo(413);

        String base64 = Base64.getEncoder().encodeToString(genuine);
        for (String path : List.of(base64, URLEncoder.encode(base64, StandardCharsets.US_ASCII))) {
            HttpResponse<byte[]> answer = get("/ocsp/" + path);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/ocsp-response");
            Files.write(kit.folder().resolve("answer.der"), answer.body());
            assertThat(kit.openssl(
                            "ocsp",
                            "-respin",
                            "answer.der",
                            "-issuer",
                            "cacert.crt",
                            "-cert",
                            ID + "-cert.crt",
                            "-CAfile",
                            "cacert.crt"))
                    .contains("Response verify OK", "good");
        }
        assertThat(get("/ocsp/..%2Fx").body()).isEqualTo(new byte[] {0x30, 3, 0x0a, 1, 1});
        assertThat(get("/crl").body()).isEqualTo(Files.readAllBytes(kit.folder().resolve("cacrl.der")));
    }

    @Test
    void whoDoesNotKnowSaysSo() throws Exception {
        ocsp = true;
        listen();
        Files.write(kit.folder().resolve("cacrl.der"), new byte[] {1});
        assertThat(asked("-cert", ID + "-cert.crt")).contains("trylater");
        listener.look();
        assertThat(asked("-cert", ID + "-cert.crt")).contains(": good");
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
                                    Optional.empty(),
                                    false,
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

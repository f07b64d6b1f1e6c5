package io.limelight.agent.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.actions.RevocationInbox;
import io.limelight.agent.evidence.Evidence;
import io.limelight.agent.evidence.ImaList;
import io.limelight.agent.keys.TransportKey;
import io.limelight.agent.payload.SecurePayloads;
import io.limelight.agent.testkit.AgentConf;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.agent.testkit.Swtpm;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.TpmAddress;
import io.limelight.agent.tpm.TpmKeySettings;
import io.limelight.core.api.AgentId;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.json.WireJson;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.VerifiedQuote;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The agent's routes on a real TPM: texts and statuses that peers depend on (wire reference §2, §3), and what is behind them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentRoutesTest {
    private static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";
    private static final String IMA = "10 aa ima-ng sha256:00 boot_aggregate\n10 bb ima-ng sha256:01 /init\n";

    @TempDir
    static Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Swtpm swtpm;
    private AttestationTpm tpm;
    private TpmPublic ak;
    private TransportKey transportKey;
    private SecurePayloads payloads;
    private RevocationInbox revocations;
    private HttpListener listener;

    @BeforeAll
    void start() throws Exception {
        swtpm = Swtpm.bare(folder);
        tpm = AttestationTpm.open(TpmAddress.parse(swtpm.tcti()), TpmKeySettings.usual());
        ak = tpm.createAttestationKey().publicArea();
        transportKey = TransportKey.loadOrCreate(folder.resolve("payload.pem"), new char[0], new SecureRandom());
        payloads = SecurePayloads.open(
                new AgentConf(folder).with("secure_mount", "development").load(),
                ID,
                Map.of("PATH", System.getenv("PATH")),
                InstantSource.system());
        revocations = RevocationInbox.open(new AgentConf(folder).load(), ID, Map.of(), InstantSource.system());
        Path ima = Files.writeString(folder.resolve("ima"), IMA);
        listener = HttpListener.start(
                "agent",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                new AgentRoutes(
                                ID,
                                AgentVersions.of(List.of("default")),
                                tpm,
                                new Evidence(tpm, transportKey, ImaList.open(ima), Optional.empty()),
                                transportKey,
                                payloads,
                                revocations)
                        .routes(),
                JsonStyle.COMPACT,
                Limits.AGENT);
    }

    @AfterAll
    void stop() {
        if (listener != null) {
            listener.close();
            revocations.close();
            payloads.close();
            tpm.close();
        }
        if (swtpm != null) {
            swtpm.close();
        }
    }

    private HttpResponse<String> send(String method, String path, String contentType, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", contentType)
                        .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                        .timeout(Duration.ofSeconds(60))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, ObjectNode json) throws Exception {
        return send("POST", path, "application/json", WireJson.compact(json));
    }

    private static ObjectNode json(HttpResponse<String> response) throws IOException {
        return WireJson.parseObject(response.body().getBytes(UTF_8));
    }

    private static ObjectNode results(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return (ObjectNode) json(response).get("results");
    }

    private static void refused(HttpResponse<String> response, int status, String text) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        ObjectNode json = json(response);
        assertThat(json.get("status").stringValue()).startsWith(text);
        assertThat(json.get("code").intValue()).isEqualTo(status);
        assertThat(json.get("results").isObject()).isTrue();
        assertThat(json.get("results").isEmpty()).isTrue();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    // --- refusals ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /v9.9/quotes/identity?nonce=a | 400 | API version not supported: v9.9",
                "GET | /v3.0/keys/pubkey | 400 | API version not supported: v3.0",
                "POST | /v1.0/keys/ukey | 400 | API version not supported: v1.0",
                "GET | / | 400 | Not Implemented: Use /2.0, /2.1, /2.2, /2.3, /2.4, /2.5, /2.6 or /version interfaces",
                "GET | /nothing/here | 400 | Not Implemented: Use /2.0, /2.1",
                "POST | /nothing | 400 | Not Implemented: Use /2.0, /2.1",
                "DELETE | /nothing | 405 | Method is not supported",
                "GET | /v2.6 | 400 | Not Implemented: Use /agent, /keys, or /quotes interfaces",
                "GET | /v2.6/nothing | 400 | Not Implemented: Use /agent, /keys, or /quotes interfaces",
                "POST | /v2.6/nothing | 400 | Not Implemented: Use /keys or /notifications interfaces",
                "PUT | /v2.6/nothing | 405 | Method is not supported",
                "GET | /v2.6/keys/nothing | 400 | URI not supported, only",
                "POST | /v2.6/keys/nothing | 400 | URI not supported, only",
                "GET | /v2.6/quotes/nothing | 400 | URI not supported, only",
                "POST | /v2.6/notifications/nothing | 400 | URI not supported, only",
                "GET | /v2.6/agent/nothing | 400 | URI not supported, only",
                "POST | /v2.6/quotes/identity | 405 | Method is not supported in /quotes/",
                "GET | /v2.6/notifications/revocation | 405 | Method is not supported in /notifications/",
                "POST | /v2.6/agent/info | 405 | Method is not supported in /agent",
                "DELETE | /v2.6/keys/ukey | 405 | Method is not supported in /keys",
                "GET | /v2.1/agent/info | 400 | Not Implemented: Use /agent, /keys, or /quotes interfaces"
            })
    void pathsAndMethodsThatAreNoneAreAnsweredAsTheRustAgentDoes(String method, String path, int status, String text)
            throws Exception {
        HttpResponse<String> response = send(method, path, "application/json", new byte[0]);
        refused(response, status, text);
        if (status == 405) {
            assertThat(response.headers().firstValue("Allow")).isPresent();
        }
    }

    static List<Arguments> badParameters() {
        String quote = "/v2.6/quotes/integrity?nonce=" + NONCE;
        return List.of(
                Arguments.of("/v2.6/quotes/identity", 400, "Query deserialize error: missing field `nonce`"),
                Arguments.of(
                        "/v2.6/quotes/identity?nonce=" + encoded("a!b"),
                        400,
                        "Parameters should be strictly alphanumeric: a!b"),
                Arguments.of(
                        "/v2.6/quotes/identity?nonce=" + "a".repeat(65), 400, "Nonce is too long (max size 64): aaa"),
                Arguments.of("/v2.6/quotes/integrity?mask=0x1&partial=0", 400, "Query deserialize error"),
                Arguments.of(quote, 400, "Query deserialize error: missing field `mask`"),
                Arguments.of(quote + "&mask=0x1", 400, "Query deserialize error: missing field `partial`"),
                Arguments.of(
                        "/v2.6/quotes/integrity?nonce=" + encoded("<b>") + "&mask=0x1&partial=0",
                        400,
                        "nonce should be strictly alphanumeric: <b>"),
                Arguments.of(
                        quote + "&mask=" + encoded("0x!") + "&partial=0",
                        400,
                        "mask should be strictly alphanumeric: 0x!"),
                Arguments.of(quote + "&mask=zz&partial=0", 400, "mask should be a hex encoded 32-bit integer: zz"),
                Arguments.of(quote + "&mask=0XF&partial=0", 400, "mask should be a hex encoded 32-bit integer: 0XF"),
                Arguments.of(
                        "/v2.6/quotes/identity?nonce=a&nonce=b",
                        400,
                        "Query deserialize error: duplicate field `nonce`"),
                Arguments.of(
                        quote + "&nonce=" + NONCE + "&mask=0x1&partial=0",
                        400,
                        "Query deserialize error: duplicate field `nonce`"),
                Arguments.of(
                        quote + "&mask=0x1&mask=0x1&partial=0", 400, "Query deserialize error: duplicate field `mask`"),
                Arguments.of(
                        "/v2.6/keys/verify?challenge=a&challenge=a",
                        400,
                        "Query deserialize error: duplicate field `challenge`"),
                Arguments.of(quote + "&mask=0x100000000&partial=0", 400, "mask should be a hex encoded 32-bit integer"),
                Arguments.of(quote + "&mask=0x1000000&partial=0", 500, "Unable to retrieve quote"),
                Arguments.of(quote + "&mask=0x1&partial=2", 400, "uri must contain key 'partial' and value '0' or '1'"),
                Arguments.of(quote + "&mask=0x1&partial=", 400, "uri must contain key 'partial' and value '0' or '1'"),
                Arguments.of("/v2.6/keys/verify", 400, "Query deserialize error: missing field `challenge`"),
                Arguments.of("/v2.6/keys/verify?challenge=", 400, "No challenge provided."),
                Arguments.of(
                        "/v2.6/keys/verify?challenge=a-b", 400, "Parameters should be strictly alphanumeric: a-b"));
    }

    @ParameterizedTest
    @MethodSource("badParameters")
    void parametersThatAreNoneAreAnsweredWithTheTextPeersKnow(String path, int status, String text) throws Exception {
        refused(get(path), status, text);
    }

    @ParameterizedTest
    @CsvSource({"text/plain", "application/x-www-form-urlencoded", "application/jsonx"})
    void aBodyOfAnotherTypeIsRefused(String type) throws Exception {
        refused(send("POST", "/v2.6/keys/vkey", type, "{}".getBytes(UTF_8)), 400, "Content type error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"x\"", "{\"encrypted_key\":", "nul"})
    void aBodyThatIsNoJsonObjectIsRefused(String body) throws Exception {
        for (String path : new String[] {"/v2.6/keys/ukey", "/v2.6/keys/vkey", "/v2.6/notifications/revocation"}) {
            refused(send("POST", path, "application/json", body.getBytes(UTF_8)), 400, "Json deserialize error");
        }
    }

    @Test
    void membersThatAreMissingOrOfAnotherTypeAreRefused() throws Exception {
        for (String body : new String[] {"{}", "{\"encrypted_key\":5}", "{\"encrypted_key\":null,\"auth_tag\":\"\"}"}) {
            HttpResponse<String> response = send("POST", "/v2.6/keys/ukey", "application/json", body.getBytes(UTF_8));
            refused(response, 400, "the member ");
        }
        for (String body :
                new String[] {"{\"signature\":\"\"}", "{\"msg\":\"{}\"}", "{\"msg\":\"{}\",\"signature\":null}"}) {
            refused(send("POST", "/v2.6/notifications/revocation", "application/json", body.getBytes(UTF_8)), 400, "");
        }
    }

    private String encrypted(byte[] share) throws Exception {
        PublicKey key = KeyTransport.parse(transportKey.pem());
        try (SecretBytes secret = SecretBytes.copyOf(share)) {
            return KeyTransport.encrypt(key, secret);
        }
    }

    @Test
    void sharesThatAreNoneAreAnsweredWithTheTextPeersKnow() throws Exception {
        String good = encrypted(new byte[32]);
        String tag = "00".repeat(48);
        record Bad(String key, String tag, String payload, String text) {}
        for (Bad bad : List.of(
                new Bad("%%%", tag, "", "Invalid base64 encoding in encrypted_key: "),
                new Bad(good.substring(1), tag, "", "Invalid base64 encoding in encrypted_key: "),
                new Bad("AAAA", tag, "", "Failed to decrypt encrypted_key: "),
                new Bad("AAAA".repeat(1000), tag, "", "Failed to decrypt encrypted_key: "),
                new Bad(encrypted(new byte[20]), tag, "", "Invalid decrypted key: "),
                new Bad(encrypted(new byte[0]), tag, "", "Invalid decrypted key: "),
                new Bad(good, "zz".repeat(48), "", "Invalid hex encoding in auth_tag: "),
                new Bad(good, "0", "", "Invalid hex encoding in auth_tag: "),
                new Bad(good, "00".repeat(47), "", "auth_tag has 47 bytes"),
                new Bad(good, "00".repeat(5000), "", "auth_tag has 5000 bytes"),
                new Bad(good, tag, "%%%", "Invalid base64 encoding in payload: "))) {
            ObjectNode u = WireJson.object().put("encrypted_key", bad.key()).put("auth_tag", bad.tag());
            u.put("payload", bad.payload());
            refused(post("/v2.6/keys/ukey", u), 400, bad.text());
        }
        for (String key : new String[] {"%%%", "AAAA", encrypted(new byte[31])}) {
            refused(post("/v2.6/keys/vkey", WireJson.object().put("encrypted_key", key)), 400, "");
        }
        assertThat(payloads.status().stage().wireName()).doesNotContain("have");
    }

    @Test
    void aBodyLargerThanItsRouteTakesIsRefusedBeforeItIsRead() throws Exception {
        for (String path : new String[] {"/v2.6/keys/ukey", "/v2.6/keys/vkey", "/v2.6/notifications/revocation"}) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 104857600\r\n\r\n{")
                                .getBytes(UTF_8));
                String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 400").contains("the body has 104857600 bytes");
            }
        }
    }

    @Test
    void aCompressedBodyIsRefused() throws Exception {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/v2.6/keys/vkey"))
                        .header("Content-Type", "application/json")
                        .header("Content-Encoding", "gzip")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[100]))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(415);
    }

    // --- answers ---

    private VerifiedQuote verified(ObjectNode results, PcrMask mask) throws Exception {
        return QuoteVerifier.verify(
                AttestationKey.of(ak),
                QuoteText.parse(results.get("quote").stringValue()),
                NONCE.getBytes(UTF_8),
                HashAlgorithm.SHA256,
                mask);
    }

    @Test
    void versionsAndFactsAboutTheAgent() throws Exception {
        ObjectNode version = results(get("/version"));
        assertThat(version.get("supported_version").stringValue()).isEqualTo("2.6");
        assertThat(version.get("supported_versions").size()).isEqualTo(7);
        ObjectNode info = results(get("/v2.2/agent/info"));
        assertThat(info.get("agent_uuid").stringValue()).isEqualTo(ID.value());
        assertThat(info.get("tpm_hash_alg").stringValue()).isEqualTo("sha256");
        assertThat(info.get("tpm_enc_alg").stringValue())
                .as("its short name before 2.5")
                .isEqualTo("rsa");
        assertThat(results(get("/v2.5/agent/info")).get("tpm_enc_alg").stringValue())
                .isEqualTo("rsa2048");
        assertThat(info.get("ak_handle").isIntegralNumber()).isTrue();
        assertThat(results(get("/v2.6/keys/pubkey")).get("pubkey").stringValue())
                .isEqualTo(transportKey.pem());
    }

    @Test
    void anIdentityQuoteBindsTheTransportKeyAndNothingElse() throws Exception {
        ObjectNode results = results(get("/v2.6/quotes/identity?nonce=" + NONCE + "&vmask=ignored"));
        VerifiedQuote quote = verified(results, PcrMask.of(16));
        assertThat(quote.pcrs().value(16))
                .contains(TransportKeyBinding.pcr16(
                        HashAlgorithm.SHA256, results.get("pubkey").stringValue()));
        assertThat(quote.pcrs().mask()).isEqualTo(PcrMask.of(16));
        assertThat(results.propertyNames())
                .containsExactlyInAnyOrder("quote", "hash_alg", "enc_alg", "sign_alg", "pubkey");
    }

    @Test
    void anIntegrityQuoteHoldsWhatWasAskedFor() throws Exception {
        ObjectNode whole = results(get("/v2.6/quotes/integrity?nonce=" + NONCE + "&mask=0x8401&partial=0"));
        assertThat(verified(whole, PcrMask.of(0, 10, 15, 16)).pcrs().mask()).isEqualTo(PcrMask.of(0, 10, 15, 16));
        assertThat(whole.get("pubkey").stringValue()).isEqualTo(transportKey.pem());
        assertThat(whole.get("ima_measurement_list").stringValue()).isEqualTo(IMA);
        assertThat(whole.get("ima_measurement_list_entry").intValue()).isZero();
        assertThat(whole.has("mb_measurement_list")).as("there is no boot log").isFalse();
        assertThat(whole.has("boottime")).isFalse();

        ObjectNode part = results(get("/v2.1/quotes/integrity?nonce=" + NONCE + "&mask=400&partial=1&ima_ml_entry=1"));
        assertThat(part.has("pubkey")).isFalse();
        assertThat(part.get("ima_measurement_list").stringValue()).isEqualTo(IMA.substring(IMA.indexOf('\n') + 1));
        assertThat(part.get("ima_measurement_list_entry").intValue()).isEqualTo(1);
        assertThat(part.get("enc_alg").stringValue()).isEqualTo("rsa");

        for (String entry : new String[] {"", "x", "-1", "99999999999999999999"}) {
            ObjectNode lenient = results(
                    get("/v2.6/quotes/integrity?nonce=" + NONCE + "&mask=0x400&partial=1&ima_ml_entry=" + entry));
            assertThat(lenient.get("ima_measurement_list_entry").intValue()).isZero();
        }
    }

    @Test
    void aNoticeIsAcceptedWhoeverSignedIt() throws Exception {
        HttpResponse<String> response = post(
                "/v2.6/notifications/revocation",
                WireJson.object().put("msg", "{}").put("signature", ""));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).get("results").isNull()).isTrue();
        assertThat(revocations.notices()).isZero();
        ObjectNode status = results(get("/limelight/v1/status"));
        assertThat(status.get("revocation_notices_dropped").intValue()).isEqualTo(1);
        assertThat(status.get("revocation_notice_dropped_why").stringValue()).isEqualTo("it is not signed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=-1", "after=x", "after=", "after=1&after=2", "after=99999999999999999999"})
    void receiptsAreAskedForByTheirNumber(String query) throws Exception {
        assertThat(get("/limelight/v1/receipts?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void aGenuineNoticeLeavesAReceiptThatQuotesTellOf() throws Exception {
        assertThat(results(get("/limelight/v1/receipts")).get("newest").longValue())
                .isZero();
        assertThat(results(get("/v2.6/quotes/integrity?nonce=" + NONCE + "&mask=0x400&partial=1"))
                        .has("newest_receipt"))
                .isFalse();
        KeyPair notifier = KeyPairs.rsa(2048, new SecureRandom());
        Path certificate = folder.resolve("work/secure/unzipped/RevocationNotifier-cert.crt");
        Files.createDirectories(certificate.getParent());
        Files.writeString(
                certificate,
                PemFiles.certificate(SelfSignedCertificates.forAgent(
                        notifier,
                        "RevocationNotifier",
                        List.of(),
                        Instant.now(),
                        Duration.ofDays(1),
                        new SecureRandom())));
        String notice = "{\"type\": \"comm_error\", \"agent_id\": \"m1\", \"notice_id\": \"n1\"}";
        ObjectNode body = WireJson.object()
                .put("msg", notice)
                .put("signature", NoticeSignature.sign((RSAPrivateKey) notifier.getPrivate(), notice));
        assertThat(post("/v2.6/notifications/revocation", body).statusCode()).isEqualTo(200);
        assertThat(post("/v2.6/notifications/revocation", body).statusCode()).isEqualTo(200);
        Awaitility.await().until(() -> revocations.newestReceipt() == 1);
        ObjectNode receipts = results(get("/limelight/v1/receipts?after=0"));
        assertThat(receipts.get("newest").longValue()).isEqualTo(1);
        assertThat(receipts.get("receipts")).hasSize(1);
        assertThat(receipts.get("receipts").get(0).get("notice_id").stringValue())
                .isEqualTo("n1");
        assertThat(receipts.get("receipts").get(0).get("outcome").stringValue()).isEqualTo("recorded");
        assertThat(results(get("/limelight/v1/receipts?after=1")).get("receipts"))
                .isEmpty();
        assertThat(results(get("/limelight/v1/status")).get("newest_receipt").longValue())
                .isEqualTo(1);
        assertThat(results(get("/v2.6/quotes/integrity?nonce=" + NONCE + "&mask=0x400&partial=1"))
                        .get("newest_receipt")
                        .longValue())
                .isEqualTo(1);
        Files.delete(certificate);
    }

    @Test
    void sharesAreTakenAndProvedAndTheStatusFollows() throws Exception {
        SentPayload sent = SentPayload.of(ID.value(), "the secret".getBytes(UTF_8));
        refused(get("/v2.6/keys/verify?challenge=abc"), 400, "Bootstrap key not yet available.");
        ObjectNode u = WireJson.object()
                .put("encrypted_key", encrypted(sent.u().apply(byte[]::clone)))
                .put("auth_tag", HexFormat.of().withUpperCase().formatHex(sent.tag()))
                .put(
                        "payload",
                        Base64.getEncoder().encodeToString(sent.payload().orElseThrow()))
                .put("unknown", "ignored");
        HttpResponse<String> accepted = post("/v2.6/keys/ukey", u);
        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(json(accepted).get("results").isNull()).isTrue();
        assertThat(results(get("/limelight/v1/status")).get("payload_stage").stringValue())
                .isEqualTo("have_u");
        ObjectNode v = WireJson.object().put("encrypted_key", encrypted(sent.v().apply(byte[]::clone)));
        assertThat(send("POST", "/v2.6/keys/vkey", "Application/JSON; charset=utf-8", WireJson.compact(v))
                        .statusCode())
                .isEqualTo(200);
        assertThat(results(get("/v2.6/keys/verify?challenge=abc")).get("hmac").stringValue())
                .isEqualTo(sent.answer("abc"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(results(get("/limelight/v1/status"))
                                .get("payload_stage")
                                .stringValue())
                        .isEqualTo("done"));
        ObjectNode status = results(get("/limelight/v1/status"));
        assertThat(status.get("agent_id").stringValue()).isEqualTo(ID.value());
        assertThat(status.get("secure_size").stringValue()).isEqualTo("development");
        for (String name : new String[] {"payload_problem", "payload_note", "script_running_since", "script_exit"}) {
            assertThat(status.get(name).isNull()).as(name).isTrue();
        }
        assertThat(status.get("action_problems")).isEmpty();
        assertThat(folder.resolve("work/secure/decrypted_payload")).hasContent("the secret");
    }
}

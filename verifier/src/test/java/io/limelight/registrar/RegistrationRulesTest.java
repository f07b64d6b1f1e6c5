package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** What the data of a registration must be (wire reference §1.4), and what wrong data gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistrationRulesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestAuthority VENDOR = TestAuthority.named("CN=TPM vendor");
    private static final String INVALID = "Could not register agent with invalid data";

    @TempDir
    static Path folder;

    private final TestMachine machine = TestMachine.ecc();
    private final TestMachine other = TestMachine.ecc();
    private RegistrarKit registrar;
    private int ids;

    @BeforeAll
    void start() throws Exception {
        registrar = RegistrarKit.start(folder);
        Files.writeString(folder.resolve("store/vendor.pem"), PemFiles.certificate(VENDOR.certificate()));
        Files.writeString(folder.resolve("store/damaged.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        Files.writeString(folder.resolve("store/readme.txt"), "not read");
    }

    @AfterAll
    void stop() {
        registrar.close();
    }

    private String newId() {
        return "m" + ids++;
    }

    private ObjectNode body(Consumer<ObjectNode> change) {
        ObjectNode body = machine.registration();
        change.accept(body);
        return body;
    }

    private static byte[] tpm2b(int attributes, byte[] original) {
        // TPM2B size, type, nameAlg, then the attributes.
        byte[] changed = original.clone();
        for (int i = 0; i < 4; i++) {
            changed[6 + i] = (byte) (attributes >>> (24 - 8 * i));
        }
        return changed;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String withAttributes(int attributes) {
        return base64(tpm2b(attributes, machine.ak().publicArea().tpm2b()));
    }

    // Refused data

    Stream<Arguments> wrongData() {
        byte[] ak = machine.ak().publicArea().tpm2b();
        byte[] ek = machine.ek().publicArea().tpm2b();
        String foreignCert = PemFiles.certificate(VENDOR.certify(other.ek().publicKey(), "CN=ek"));
        String ownCert = PemFiles.certificate(VENDOR.certify(machine.ek().publicKey(), "CN=ek"));
        return Stream.of(
                wrong("no AK", b -> b.remove("aik_tpm")),
                wrong("an empty AK", b -> b.put("aik_tpm", "")),
                wrong("AK null", b -> b.putNull("aik_tpm")),
                wrong("no EK", b -> b.remove("ek_tpm")),
                wrong("an AK that is no base64", b -> b.put("aik_tpm", "!!!")),
                wrong(
                        "an AK with a line break",
                        b -> b.put(
                                "aik_tpm",
                                base64(ak).substring(0, 40) + "\n" + base64(ak).substring(40))),
                wrong("an AK cut short", b -> b.put("aik_tpm", base64(java.util.Arrays.copyOf(ak, ak.length - 1)))),
                wrong(
                        "an AK with bytes behind",
                        b -> b.put("aik_tpm", base64(java.util.Arrays.copyOf(ak, ak.length + 1)))),
                wrong("an AK of forty KiB", b -> b.put("aik_tpm", base64(new byte[30_000]))),
                wrong("an AK in place of the EK", b -> b.put("ek_tpm", base64(ak))),
                wrong("an EK whose point is not on the curve", b -> b.put("ek_tpm", base64(bent(ek)))),
                wrong("a certificate of another EK", b -> b.put("ekcert", foreignCert)),
                wrong("another certificate in front of the right one", b -> b.put("ekcert", foreignCert + ownCert)),
                wrong("a certificate that is none", b -> b.put("ekcert", "AAAA")),
                wrong("a damaged PEM certificate", b -> b.put("ekcert", ownCert.replace('M', '!'))),
                wrong(
                        "PEM without a certificate",
                        b -> b.put("ekcert", PemFiles.publicKey(machine.ek().publicKey()))),
                wrong("a nested bomb as certificate", b -> b.put("ekcert", base64(nested(30_000)))),
                wrong("a nested bomb in PEM", b -> b.put("ekcert", PemFiles.encode("CERTIFICATE", nested(30_000)))),
                wrong("port 0", b -> b.put("port", 0)),
                wrong("an address with a line break", b -> b.put("ip", "127.0.0.1\r\nX: y")),
                wrong("an address with a path", b -> b.put("ip", "127.0.0.1/x")),
                wrong("an address with a user", b -> b.put("ip", "a@127.0.0.1")),
                wrong("an endless address", b -> b.put("ip", "a".repeat(256))),
                wrong("a TLS certificate that is none", b -> b.put("mtls_cert", "yes")),
                wrong("two TLS certificates", b -> b.put("mtls_cert", ownCert + ownCert)),
                wrong(
                        "a private key as TLS certificate",
                        b -> b.put("mtls_cert", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")),
                wrong("an IAK alone", b -> b.put("iak_tpm", base64(ak))),
                wrong("an IAK certificate alone", b -> b.put("iak_cert", ownCert)),
                wrong("an IDevID alone", b -> b.put("idevid_tpm", base64(ak)).put("idevid_cert", ownCert)));
    }

    private static Arguments wrong(String name, Consumer<ObjectNode> change) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, change));
    }

    private static byte[] bent(byte[] ek) {
        byte[] bent = ek.clone();
        bent[bent.length - 1] ^= 1;
        return bent;
    }

    /** ASN.1 sequences of indefinite length in one another. */
    private static byte[] nested(int bytes) {
        byte[] nested = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            nested[i] = (byte) (i % 2 == 0 ? 0x30 : 0x80);
        }
        return nested;
    }

    @ParameterizedTest
    @CsvSource({"ca, reserved", "-x, must start with a letter or a digit", "RevocationNotifier, reserved"})
    void whatCanBeNoIdIsNotFoundForThatReason(String id, String reason) throws Exception {
        for (String method : List.of("GET", "DELETE")) {
            Reply reply = registrar.admin(method, "/v2.6/agents/" + id);
            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.reason())
                    .startsWith("Agent with ID '?' not found: ")
                    .contains(reason);
        }
    }

    @ParameterizedTest
    @MethodSource
    void wrongData(Consumer<ObjectNode> change) throws Exception {
        String id = newId();
        Reply reply = registrar.post(id, body(change));
        assertThat(reply.status()).as("%s", reply).isEqualTo(400);
        assertThat(reply.reason()).isEqualTo(INVALID);
        assertThat(reply.json().get("results").isObject()).isTrue();
        assertThat(reply.json().get("results").isEmpty()).isTrue();
        assertThat(registrar.show(id).reason()).isEqualTo("Agent with ID '" + id + "' not found");
    }

    Stream<Arguments> wrongTypes() {
        return Stream.of(
                wrong("a port with letters", b -> b.put("port", "ssh")),
                wrong("a negative port", b -> b.put("port", -1)),
                wrong("port 65536", b -> b.put("port", 65_536)),
                wrong("a huge port", b -> b.put("port", 1e300)),
                wrong("half a port", b -> b.put("port", 9002.5)),
                wrong("a port in a list", b -> b.putArray("port").add(9002)),
                wrong("an AK in an object", b -> b.putObject("aik_tpm").put("x", 1)),
                wrong("an address in a list", b -> b.putArray("ip").add("127.0.0.1")),
                wrong("a certificate in a list", b -> b.putArray("ekcert").add("")));
    }

    @ParameterizedTest
    @MethodSource
    void wrongTypes(Consumer<ObjectNode> change) throws Exception {
        Reply reply = registrar.post(newId(), body(change));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).startsWith(INVALID + ": ");
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, nothing at all",
        "00040072, not restricted: it signs what it is given",
        "00050070, not fixedTPM: it can be copied",
        "00050062, not fixedParent",
        "00050052, made outside the TPM",
        "00070072, it also decrypts",
        "00050472, without dictionary attack protection",
        "000300b2, an EK",
        "ffffffff, everything",
    })
    void anAkWithOtherAttributesIsRefusedByName(String attributes, String meaning) throws Exception {
        String ak = withAttributes((int) Long.parseLong(attributes, 16));
        Reply reply = registrar.post(newId(), body(b -> b.put("aik_tpm", ak)));
        assertThat(reply.status()).as(meaning).isEqualTo(400);
        assertThat(reply.reason()).isIn("Invalid AK attributes", INVALID);
    }

    // Accepted data

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "ip        | \"\"                 | \"\"",
                "ip        | machine.example      | machine.example",
                "ip        | 2001:db8::1          | 2001:db8::1",
                "ip        | [fe80::1%eth0]       | [fe80::1%eth0]",
                "mtls_cert | \"\"                 | \"\"",
                "mtls_cert | DISABLED             | disabled",
            })
    void oddButHonestValuesAreKept(String field, String value, String kept) throws Exception {
        String id = newId();
        registrar.enrol(machine, id, body(b -> b.put(field, value)));
        assertThat(registrar.record(id).get(field).asString("")).isEqualTo(kept);
    }

    @Test
    void binaryFieldsMayBeHex() throws Exception {
        String id = newId();
        byte[] ak = machine.ak().publicArea().tpm2b();
        registrar.enrol(
                machine,
                id,
                body(b -> b.put("aik_tpm", HexFormat.of().formatHex(ak))
                        .put(
                                "ek_tpm",
                                "0x"
                                        + HexFormat.of()
                                                .formatHex(machine.ek()
                                                        .publicArea()
                                                        .tpm2b()))));
        assertThat(registrar.record(id).get("aik_tpm").asString()).isEqualTo(base64(ak));
    }

    @Test
    void unknownMembersAreNobodysBusiness() throws Exception {
        registrar.enrol(
                machine,
                newId(),
                body(b -> b.put("vtpm", true).putObject("extra").putArray("list")));
    }

    // Ids

    @ParameterizedTest
    @MethodSource("hostileIds")
    void aHostileIdIsRefusedInPathAndBody(String id) throws Exception {
        String encoded = java.net.URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        String before = registrar.list();
        // Dots alone are steps in a path, resolved before anybody takes them for an id.
        String[][] requests = id.matches("\\.+") ? new String[0][] : requests(encoded);
        for (String[] request : requests) {
            Reply reply = registrar.plain(
                    request[0], request[1], machine.registration().put("auth_tag", "0"));
            assertThat(reply.status()).as("%s %s", request[0], request[1]).isIn(400, 404, 405);
            assertThat(reply.body()).doesNotContain("blob");
        }
        assertThat(registrar.admin("GET", "/v2.6/agents/" + encoded).status()).isIn(200, 400, 404);
        assertThat(registrar.admin("DELETE", "/v2.6/agents/" + encoded).status())
                .isIn(400, 404, 405);
        Reply inBody = registrar.plain("POST", "/v2.6/agents", body(b -> b.put("agent_id", id)));
        assertThat(inBody.status()).isEqualTo(400);
        assertThat(inBody.body()).doesNotContain("blob");
        assertThat(registrar.list()).isEqualTo(before);
    }

    private static String[][] requests(String encoded) {
        return new String[][] {
            {"POST", "/v2.6/agents/" + encoded},
            {"PUT", "/v2.6/agents/" + encoded},
            {"PUT", "/v2.6/agents/" + encoded + "/activate"},
            {"POST", "/v2.6/agents/" + encoded + "/activate"}
        };
    }

    static List<String> hostileIds() {
        return List.of(
                "RevocationNotifier",
                "revocationnotifier",
                "ca",
                "CA",
                "cacert",
                "cacrl",
                "server",
                "Client",
                "lastserial",
                "revoked_keys",
                ".",
                "..",
                ".hidden",
                "-x",
                "_x",
                "a/b",
                "../../etc/passwd",
                "a\\b",
                "a b",
                "a\0b",
                "a\nb",
                "ä",
                "𝕒",
                "a'; DROP TABLE registration; --",
                "%",
                "a%2fb",
                "",
                "a".repeat(81),
                "a".repeat(300));
    }

    @Test
    void theLongestIdIsAccepted() throws Exception {
        registrar.enrol(machine, "a".repeat(80));
        assertThat(registrar.show("a".repeat(80)).status()).isEqualTo(200);
    }

    // Device identity: IAK and IDevID

    private final SoftAttestationKey iak = SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);
    private final SoftAttestationKey idevid =
            SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);

    private ObjectNode deviceIdentity(TestAuthority authority, TpmPublic certified, byte[] qualifying) {
        Octets attest = Octets.copyOf(
                iak.certify(certified, qualifying, ClockInfo.BEGINNING).encode());
        return machine.registration()
                .put("iak_tpm", iak.publicArea().toBase64())
                .put("idevid_tpm", idevid.publicArea().toBase64())
                .put("iak_cert", der(authority.certify(iak.publicArea().publicKey(), "CN=iak")))
                .put("idevid_cert", der(authority.certify(idevid.publicArea().publicKey(), "CN=idevid")))
                .put("iak_attest", base64(attest.toByteArray()))
                .put("iak_sign", base64(iak.sign(attest).encode()));
    }

    private static String der(X509Certificate certificate) {
        try {
            return base64(certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDeviceIdentityThatCertifiedTheAkIsAccepted() throws Exception {
        String modern = newId();
        registrar.enrol(machine, modern, deviceIdentity(VENDOR, machine.ak().publicArea(), sha256(modern)));
        String before26 = newId();
        registrar.enrol(
                machine,
                before26,
                deviceIdentity(VENDOR, machine.ak().publicArea(), before26.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aDeviceIdentityThatSpeaksOfSomethingElseIsRefused() throws Exception {
        String id = newId();
        TestAuthority stranger = TestAuthority.named("CN=TPM vendor");
        TpmPublic ak = machine.ak().publicArea();
        for (ObjectNode body : List.of(
                deviceIdentity(stranger, ak, sha256(id)),
                deviceIdentity(VENDOR, other.ak().publicArea(), sha256(id)),
                deviceIdentity(VENDOR, ak, sha256("another id")),
                deviceIdentity(VENDOR, ak, new byte[0]),
                deviceIdentity(VENDOR, ak, sha256(id))
                        .put("iak_tpm", idevid.publicArea().toBase64()),
                deviceIdentity(VENDOR, ak, sha256(id))
                        .put("iak_cert", der(VENDOR.certify(idevid.publicArea().publicKey(), "CN=iak"))),
                deviceIdentity(VENDOR, ak, sha256(id))
                        .put("iak_sign", base64(idevid.sign(Octets.EMPTY).encode())),
                deviceIdentity(VENDOR, ak, sha256(id)).put("iak_sign", ""),
                deviceIdentity(VENDOR, ak, sha256(id)).put("iak_attest", "AAAA"),
                deviceIdentity(VENDOR, ak, sha256(id)).putNull("idevid_cert"))) {
            Reply reply = registrar.post(id, body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.reason()).isEqualTo(INVALID);
        }
    }

    // Options

    @Test
    void tpmIdentityDemandsWhatItNames() throws Exception {
        X509Certificate ekCert = VENDOR.certify(machine.ek().publicKey(), "CN=ek");
        ObjectNode keyOnly = machine.registration();
        ObjectNode certified = machine.registration().put("ekcert", PemFiles.certificate(ekCert));
        ObjectNode device = deviceIdentity(VENDOR, machine.ak().publicArea(), sha256("m1"));
        assertThat(accepted("tpm_identity = ek_cert", keyOnly, certified, device))
                .containsExactly(false, true, false);
        assertThat(accepted("tpm_identity = iak_idevid", keyOnly, certified, device))
                .containsExactly(false, false, true);
        assertThat(accepted("tpm_identity = ek_cert_or_iak_idevid", keyOnly, certified, device))
                .containsExactly(true, true, true);
    }

    private List<Boolean> accepted(String option, ObjectNode... bodies) throws Exception {
        Path own = Files.createTempDirectory(folder, "own");
        try (RegistrarKit strict = RegistrarKit.start(own, option)) {
            Files.copy(folder.resolve("store/vendor.pem"), own.resolve("store/vendor.pem"));
            List<Boolean> accepted = new java.util.ArrayList<>();
            for (ObjectNode body : bodies) {
                accepted.add(strict.post("m1", body).status() == 200);
            }
            return accepted;
        }
    }

    @ParameterizedTest
    @CsvSource({"warn, 200", "ignore, 200", "reject, 400"})
    void aCertificateThatIsNotStrictDerIsTreatedAsToldByTheAdministrator(String action, int status) throws Exception {
        // The certificate of a real Nuvoton TPM; its key stands in for an EK nobody here can use.
        byte[] certificate = resource("nuvoton_ecdsa_sha256.der");
        TpmPublic ek = TpmPublic.endorsementKey(io.limelight.core.tls.LenientCertificates.parse(certificate)
                .certificate()
                .getPublicKey());
        Path own = Files.createTempDirectory(folder, "own");
        try (RegistrarKit strict = RegistrarKit.start(own, "malformed_cert_action = " + action)) {
            ObjectNode body =
                    machine.registration().put("ek_tpm", ek.toBase64()).put("ekcert", base64(certificate));
            assertThat(strict.post("m1", body).status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"st_ecdsa_sha256.der", "st_sha256_with_rsa.der"})
    void certificatesOfRealTpmsSpeakOfTheirKeys(String name) throws Exception {
        byte[] certificate = resource(name);
        TpmPublic ek =
                TpmPublic.endorsementKey(io.limelight.core.tls.LenientCertificates.parse(withoutPadding(certificate))
                        .certificate()
                        .getPublicKey());
        ObjectNode body = machine.registration().put("ek_tpm", ek.toBase64()).put("ekcert", base64(certificate));
        assertThat(registrar.post(newId(), body).status()).isEqualTo(200);
        body.put("ek_tpm", machine.ek().publicArea().toBase64());
        assertThat(registrar.post(newId(), body).status()).isEqualTo(400);
    }

    /** NV memory is read as a whole; what follows the certificate is 0xff. */
    private static byte[] withoutPadding(byte[] nv) {
        int length = nv.length;
        while (length > 0 && nv[length - 1] == (byte) 0xff) {
            length--;
        }
        return java.util.Arrays.copyOf(nv, length);
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = RegistrationRulesTest.class.getResourceAsStream("/fixtures/certs/" + name)) {
            return in.readAllBytes();
        }
    }

    // Bodies

    Stream<Arguments> noJsonObjects() {
        String good = WireJson.compactText(machine.registration());
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("blank", utf8("   ")),
                Arguments.of("null", utf8("null")),
                Arguments.of("a list", utf8("[" + good + "]")),
                Arguments.of("a text", utf8("\"x\"")),
                Arguments.of("half an object", utf8(good.substring(0, good.length() - 1))),
                Arguments.of("something behind", utf8(good + " x")),
                Arguments.of("two objects", utf8(good + good)),
                Arguments.of("a key twice", utf8(good.replace("\"port\":9002", "\"port\":9002,\"port\":9003"))),
                Arguments.of(
                        "a key twice, spelt differently", utf8(good.replace("\"port\"", "\"port\":1,\"p\\u006frt\""))),
                Arguments.of("a thousand levels", utf8("{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}")),
                Arguments.of("thirty thousand levels", utf8("{\"a\":".repeat(10_000))),
                Arguments.of("bytes that are no UTF-8", latin1(good.replace("127.0.0.1", "\u00ff\u00fe"))),
                Arguments.of("an overlong encoding", latin1(good.replace("127.0.0.1", "\u00c0\u00af"))),
                Arguments.of("half a character", latin1(good.replace("127.0.0.1\"", "127.0.0.1\u00c3\""))),
                Arguments.of("a raw control character", utf8(good.replace("127.0.0.1", "127\n0"))),
                Arguments.of("NaN", utf8(good.replace("9002", "NaN"))),
                Arguments.of("a number of a thousand digits", utf8(good.replace("9002", "9".repeat(1000)))),
                Arguments.of("single quotes", utf8("{'a':1}")),
                Arguments.of("a comment", utf8("/* */" + good)),
                Arguments.of("XML", utf8("<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>")),
                Arguments.of("UTF-16", good.getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of("UTF-32", good.getBytes(java.nio.charset.Charset.forName("UTF-32"))),
                Arguments.of("zeros", new byte[1000]));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noJsonObjects")
    void aBodyThatIsNoJsonObjectIsTheFrameworksBadRequest(String name, byte[] body) throws Exception {
        for (String[] request : new String[][] {
            {"POST", "/v2.6/agents/m"},
            {"POST", "/v2.6/agents"},
            {"PUT", "/v2.6/agents/m"},
            {"PUT", "/v2.6/agents/m/activate"}
        }) {
            try (RawHttp http = RawHttp.plain(registrar.port())) {
                Reply reply = http.request(request[0], request[1], body);
                assertThat(reply.status()).as("%s: %s", request[0], reply).isEqualTo(400);
                assertThat(reply.body()).isEmpty();
                assertThat(reply.header("Content-Type")).isEqualTo("text/html");
            }
        }
    }

    @Test
    void anActivationWithoutATagIsTheFrameworksBadRequest() throws Exception {
        for (String body : List.of("{}", "{\"auth_tag\":null}", "{\"auth_tag\":[]}", "{\"AUTH_TAG\":\"0\"}")) {
            try (RawHttp http = RawHttp.plain(registrar.port())) {
                Reply reply = http.request("PUT", "/v2.6/agents/m", utf8(body));
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.body()).isEmpty();
            }
        }
    }

    @Test
    void sixtyFourKibibytesAreEnoughForAnybody() throws Exception {
        int limit = 64 * 1024;
        try (RawHttp http = RawHttp.plain(registrar.port())) {
            byte[] body = utf8("{\"ip\":\"" + "x".repeat(limit - 9) + "\"}");
            assertThat(http.request("POST", "/v2.6/agents/m", body).status()).isEqualTo(400);
            Reply reply = http.request("POST", "/v2.6/agents/m", utf8(" " + "x".repeat(limit)));
            assertThat(reply.status()).isEqualTo(413);
            assertThat(reply.json().get("code").asInt()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, /v2.6/agents/m", "PUT, /v2.6/agents/m", "POST, /v2.6/agents", "DELETE, /v2.6/agents/m"})
    void aHundredMegabytesAreRefusedUnread(String method, String path) throws Exception {
        try (RawHttp http = RawHttp.tls(registrar.tlsPort(), RegistrarKit.ADMIN)) {
            http.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n");
            assertThat(http.reply().status()).isEqualTo(413);
        }
        try (RawHttp http = RawHttp.plain(registrar.port())) {
            http.send(method + " " + path
                    + " HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n");
            assertThat(http.reply().status()).isIn(400, 415);
        }
    }
}

package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.PemFiles;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A machine's way into the registrar, over its own listeners (wire reference §1). */
class RegistrationTest {
    private static final TestAuthority VENDOR = TestAuthority.named("CN=TPM vendor");

    @TempDir
    Path folder;

    private RegistrarKit registrar;

    @BeforeEach
    void start() throws Exception {
        registrar = RegistrarKit.start(folder);
    }

    @AfterEach
    void stop() {
        registrar.close();
    }

    @Test
    void aMachineIsKnownOnceItsTpmHasAnsweredTheChallenge() throws Exception {
        TestMachine machine = TestMachine.ecc();
        String blob = RegistrarKit.blob(registrar.post("m1", machine.registration()));

        Reply before = registrar.show("m1");
        assertThat(before.status()).isEqualTo(404);
        assertThat(before.reason()).isEqualTo("Agent with ID 'm1' has not been activated");
        assertThat(registrar.list()).isEqualTo("[\"m1\"]");

        Reply activated = registrar.activate("m1", machine.answer(blob, "m1"));
        assertThat(activated.status()).isEqualTo(200);
        assertThat(activated.json().get("results").isObject())
                .as("the Rust agent exits unless results is {}")
                .isTrue();
        assertThat(activated.json().get("results").isEmpty()).isTrue();

        JsonNode record = registrar.record("m1");
        assertThat(record.propertyNames())
                .containsExactlyInAnyOrder(
                        "agent_id", "aik_tpm", "ek_tpm", "ekcert", "ip", "port", "mtls_cert", "regcount");
        assertThat(record.get("agent_id").asString()).isEqualTo("m1");
        assertThat(record.get("aik_tpm").asString())
                .isEqualTo(machine.ak().publicArea().toBase64());
        assertThat(record.get("ek_tpm").asString())
                .isEqualTo(machine.ek().publicArea().toBase64());
        assertThat(record.get("ekcert").isNull()).isTrue();
        assertThat(record.get("ip").asString()).isEqualTo("127.0.0.1");
        assertThat(record.get("port").isInt()).isTrue();
        assertThat(record.get("port").asInt()).isEqualTo(9002);
        assertThat(record.get("mtls_cert").asString()).isEqualTo("disabled");
        assertThat(record.get("regcount").asInt()).isEqualTo(1);
    }

    @Test
    void aMachineWithRsaKeysAndACertificateChainIsKnownByItsFirstCertificate() throws Exception {
        TestMachine machine = TestMachine.rsa();
        X509Certificate ekCert = VENDOR.certify(machine.ek().publicKey(), "CN=ek");
        ObjectNode body = machine.registration()
                .put("ekcert", PemFiles.certificate(ekCert) + PemFiles.certificate(VENDOR.certificate()));
        String blob = RegistrarKit.blob(registrar.post("m1", body));
        assertThat(blob).as("336 bytes for an RSA-2048 EK").hasSize(448);
        registrar.activate("m1", machine.answer(blob, "m1"));
        assertThat(registrar.record("m1").get("ekcert").asString())
                .isEqualTo(Base64.getEncoder().encodeToString(ekCert.getEncoded()));
    }

    @Test
    void theLegacyPythonAgentIsUnderstood() throws Exception {
        TestMachine machine = TestMachine.ecc();
        X509Certificate ekCert = VENDOR.certify(machine.ek().publicKey(), "CN=ek");
        ObjectNode body = machine.registration()
                .put("ekcert", Base64.getEncoder().encodeToString(ekCert.getEncoded()))
                .put("port", "9002");
        body.remove("iak_cert");
        body.remove("idevid_cert");
        byte[] bytes = WireJson.compact(body);
        String blob;
        try (RawHttp http = RawHttp.plain(registrar.port())) {
            // It sends no Content-Type.
            http.send("POST /v2.0/agents/m1 HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes.length + "\r\n\r\n");
            blob = RegistrarKit.blob(http.send(bytes).reply());
        }
        Reply activated =
                registrar.plain("PUT", "/v2.0/agents/m1/activate", RegistrarKit.activation(machine.answer(blob, "m1")));
        assertThat(activated.status()).isEqualTo(200);
        assertThat(registrar.record("m1").get("port").asInt()).isEqualTo(9002);
        assertThat(registrar.record("m1").get("ekcert").isString()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulator", ""})
    void aTpmWithoutACertificateIsKnownByItsKey(String ekcert) throws Exception {
        TestMachine machine = TestMachine.ecc();
        registrar.enrol(machine, "m1", machine.registration().put("ekcert", ekcert));
        assertThat(registrar.record("m1").get("ekcert").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"})
    void everyVersionRegistersAndActivatesOnBothPorts(String version) throws Exception {
        TestMachine machine = TestMachine.ecc();
        String path = "/v" + version + "/agents/m1";
        String blob = RegistrarKit.blob(registrar.plain("POST", path, machine.registration()));
        assertThat(registrar
                        .plain("PUT", path, RegistrarKit.activation(machine.answer(blob, "m1")))
                        .status())
                .isEqualTo(200);
        try (RawHttp http = RawHttp.tls(registrar.tlsPort(), RegistrarKit.AUTHORITY.anonymousClient())) {
            String second = RegistrarKit.blob(http.request("POST", path, WireJson.compact(machine.registration())));
            byte[] answer = WireJson.compact(RegistrarKit.activation(machine.answer(second, "m1")));
            assertThat(http.request("PUT", path, answer).status()).isEqualTo(200);
        }
        assertThat(registrar.record("m1").get("regcount").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"PUT, ''", "PUT, /activate", "POST, /activate", "PUT, /", "POST, /activate/"})
    void everyWayToActivateActivates(String method, String suffix) throws Exception {
        TestMachine machine = TestMachine.ecc();
        String blob = RegistrarKit.blob(registrar.post("m1", machine.registration()));
        Reply reply = registrar.plain(
                method, "/v2.6/agents/m1" + suffix, RegistrarKit.activation(machine.answer(blob, "m1")));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(registrar.show("m1").status()).isEqualTo(200);
    }

    @Test
    void theIdMayStandInTheBody() throws Exception {
        TestMachine machine = TestMachine.ecc();
        String blob = RegistrarKit.blob(
                registrar.plain("POST", "/v2.6/agents", machine.registration().put("agent_id", "m1")));
        assertThat(registrar.activate("m1", machine.answer(blob, "m1")).status())
                .isEqualTo(200);
        Reply without = registrar.plain("POST", "/v2.6/agents", machine.registration());
        assertThat(without.status()).isEqualTo(400);
        assertThat(without.reason()).contains("agent_id");
    }

    @Test
    void theIdInThePathWins() throws Exception {
        TestMachine machine = TestMachine.ecc();
        registrar.enrol(machine, "m1", machine.registration().put("agent_id", "m2"));
        assertThat(registrar.list()).isEqualTo("[\"m1\"]");
    }

    @Test
    void theSameAnswerMayBeSentAgain() throws Exception {
        TestMachine machine = TestMachine.ecc();
        String tag = machine.answer(RegistrarKit.blob(registrar.post("m1", machine.registration())), "m1");
        for (int i = 0; i < 3; i++) {
            assertThat(registrar.activate("m1", tag).status()).isEqualTo(200);
        }
        assertThat(registrar.record("m1").get("regcount").asInt()).isEqualTo(1);
    }

    @Test
    void aMachineThatRegistersAgainMayHaveMovedAndIsCounted() throws Exception {
        TestMachine machine = TestMachine.ecc();
        registrar.enrol(machine, "m1");
        X509Certificate tls = VENDOR.certify(machine.ek().publicKey(), "CN=m1");
        registrar.enrol(
                machine,
                "m1",
                machine.registration()
                        .put("ip", "fe80::1")
                        .put("port", 9003)
                        .put("mtls_cert", PemFiles.certificate(tls)));
        JsonNode record = registrar.record("m1");
        assertThat(record.get("ip").asString()).isEqualTo("fe80::1");
        assertThat(record.get("port").asInt()).isEqualTo(9003);
        assertThat(record.get("mtls_cert").asString()).isEqualTo(PemFiles.certificate(tls));
        assertThat(record.get("regcount").asInt()).isEqualTo(2);
    }

    @Test
    void twoAnswersUnderWayAreBothRight() throws Exception {
        // An agent that lost the answer to its first POST sends another; the slower answer may still come.
        TestMachine machine = TestMachine.ecc();
        String first = RegistrarKit.blob(registrar.post("m1", machine.registration()));
        String second = RegistrarKit.blob(registrar.post("m1", machine.registration()));
        assertThat(second).isNotEqualTo(first);
        assertThat(registrar.activate("m1", machine.answer(first, "m1")).status())
                .isEqualTo(200);
    }

    @Test
    void anAdministratorForgetsAMachineAndItMayComeBackWithAnotherKey() throws Exception {
        TestMachine machine = TestMachine.ecc();
        registrar.enrol(machine, "m1");
        Reply deleted = registrar.admin("DELETE", "/v2.6/agents/m1");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().get("results").isEmpty()).isTrue();
        assertThat(registrar.list()).isEqualTo("[]");
        assertThat(registrar.admin("DELETE", "/v2.6/agents/m1").status()).isEqualTo(404);
        registrar.enrol(machine.withNewAk(), "m1");
        assertThat(registrar.record("m1").get("regcount").asInt()).isEqualTo(1);
    }

    @Test
    void idsAreCaseSensitiveAndListedInOrder() throws Exception {
        registrar.enrol(TestMachine.ecc(), "b");
        registrar.enrol(TestMachine.ecc(), "B");
        registrar.enrol(TestMachine.ecc(), "a.b_c-1");
        assertThat(registrar.list()).isEqualTo("[\"B\",\"a.b_c-1\",\"b\"]");
    }

    // Routes

    @Test
    void versionsAreToldToAnybodyOnBothPorts() throws Exception {
        String expected = """
                {
                    "code": 200,
                    "status": "Success",
                    "results": {
                        "current_version": "2.6",
                        "supported_versions": [
                            "2.0",
                            "2.1",
                            "2.2",
                            "2.3",
                            "2.4",
                            "2.5",
                            "2.6"
                        ]
                    }
                }""";
        try (RawHttp http = RawHttp.plain(registrar.port())) {
            assertThat(http.request("GET", "/version").body()).isEqualToIgnoringWhitespace(expected);
        }
        Reply secure = registrar.tls(RegistrarKit.AUTHORITY.anonymousClient(), "GET", "/version");
        assertThat(secure.body()).isEqualToIgnoringWhitespace(expected).contains("\n    \"code\"");
        assertThat(secure.header("Content-Type")).isEqualTo("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.0", "2.7", "3.0", "02.6", "2.06", "2.6.0", "3", "20", "2.", ".6", "2.60", "-2.6", "2.6 ", "v2"
            })
    void otherVersionsAreNotFound(String version) throws Exception {
        String path = "/v" + version.replace(" ", "%20") + "/agents/m1";
        for (String method : new String[] {"GET", "POST", "PUT", "DELETE"}) {
            Reply reply = registrar.admin(method, path);
            assertThat(reply.status()).as(method).isEqualTo(404);
            assertThat(reply.body()).isEmpty();
            assertThat(reply.header("Content-Type")).isEqualTo("text/html");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PATCH,  /v2.6/agents/m1",
        "DELETE, /v2.6/agents",
        "PUT,    /v2.6/agents",
        "GET,    /v2.6/agents/m1/activate",
        "DELETE, /v2.6/agents/m1/activate",
        "POST,   /version",
    })
    void aKnownPathWithAnotherMethodIsNotAllowed(String method, String path) throws Exception {
        Reply reply = registrar.admin(method, path);
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v2.6", "/v2.6/", "/agents", "/v2.6/agent/m1", "/v2.6/agents/m1/x", "/versions"})
    void anUnknownPathIsNotFound(String path) throws Exception {
        Reply reply = registrar.admin("GET", path);
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void whoIsUnknownIsNotFoundByName() throws Exception {
        for (Map.Entry<String, Reply> asked : Map.of(
                        "show", registrar.show("m9"),
                        "delete", registrar.admin("DELETE", "/v2.6/agents/m9"),
                        "activate", registrar.activate("m9", "0".repeat(96)))
                .entrySet()) {
            assertThat(asked.getValue().status()).as(asked.getKey()).isEqualTo(404);
            assertThat(asked.getValue().reason()).isEqualTo("Agent with ID 'm9' not found");
            assertThat(asked.getValue().json().get("code").asInt()).isEqualTo(404);
            assertThat(asked.getValue().json().get("results").isEmpty()).isTrue();
        }
    }
}

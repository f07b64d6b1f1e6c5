package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.Octets;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Machines that fail, and what others are told of that. */
abstract class RevocationTestBase extends VerifierTestBase {
    static final String POLICY = "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}";
    static final String META = "{\"cert_serial\": 7, \"subject\": \"CN=failed\"}";
    static final Octets BAD = Octets.ofHex("ab".repeat(32));
    static final Octets GOOD = Octets.ofHex("00".repeat(32));

    static RSAPublicKey notifier() {
        return (RSAPublicKey) TestKeys.rsa("notifier").getPublic();
    }

    static String notifierPem() {
        return new String(
                PemFiles.privateKey(TestKeys.rsa("notifier").getPrivate(), new char[0]), StandardCharsets.US_ASCII);
    }

    /** One whose PCR 15 is judged, with the notifier's key. */
    static ObjectNode judged(TestMachine machine) {
        return machine.enrolment()
                .put("tpm_policy", POLICY)
                .put("metadata", META)
                .put("revocation_key", notifierPem());
    }

    static void until(Callable<Boolean> wanted) {
        await().atMost(VerifierUnderTest.SOON)
                .pollInterval(Duration.ofMillis(10))
                .until(wanted);
    }

    /** Nothing more comes. */
    static void assertStays(Callable<Integer> number, int expected) {
        await().during(Duration.ofMillis(500)).atMost(VerifierUnderTest.SOON).until(() -> number.call() == expected);
    }

    void fail(String id, TestMachine machine) {
        machine.pcr(15, BAD);
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
    }

    static RevocationNotice read(RevocationMessage message) throws Exception {
        return RevocationNotice.parse(message.msg());
    }

    JsonNode revocations() throws Exception {
        Reply reply = verifier.get("/limelight/v1/revocations");
        assertThat(reply.status()).isEqualTo(200);
        return reply.results().path("revocations");
    }

    /** The newest notice, once all its deliveries are over. */
    JsonNode settled() throws Exception {
        until(() -> revocations().path(0).path("state").asString("").equals("done"));
        return revocations().path(0);
    }

    JsonNode deliveries(JsonNode notice) throws Exception {
        return verifier.get(
                        "/limelight/v1/revocations/" + notice.path("notice_id").asString() + "/deliveries")
                .results()
                .path("deliveries");
    }

    String outcome(JsonNode notice, String receiver) throws Exception {
        for (JsonNode delivery : deliveries(notice)) {
            if (delivery.path("receiver").asString().equals(receiver)) {
                return delivery.path("outcome").asString();
            }
        }
        return "none";
    }

    Reply act(String path) throws Exception {
        return act(path, WireJson.object());
    }

    Reply act(String path, ObjectNode body) throws Exception {
        return verifier.call("POST", "/limelight/v1/" + path, WireJson.compact(body));
    }
}

package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.PcrMask;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Evidence that anybody brings to be judged. */
class VerifyEvidenceTest extends SharedVerifierTestBase {
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";
    private static final String GOOD = TestList.policy("boot_aggregate", "boot", "/usr/bin/ls", "ls");

    private ObjectNode data() throws Exception {
        TestMachine machine = machine().measures("boot_aggregate", "boot").measures("/usr/bin/ls", "ls");
        TestMachine.Ask ask = new TestMachine.Ask("2.6", NONCE, PcrMask.of(10, 15), true, 0);
        ObjectNode enrolment = machine.enrolment();
        return WireJson.object()
                .put("quote", machine.signed(ask).format())
                .put("nonce", NONCE)
                .put("hash_alg", "sha256")
                .put("tpm_ek", "AA==")
                .put("tpm_ak", enrolment.get("ak_tpm").stringValue())
                .put("ima_measurement_list", machine.results(ask).imaMeasurementList())
                .put("runtime_policy", GOOD);
    }

    private static ObjectNode asked(ObjectNode data) {
        ObjectNode body = WireJson.object().put("type", "tpm");
        body.set("data", data);
        return body;
    }

    private Reply post(ObjectNode body) throws Exception {
        return verifier.callAnonymously("POST", "/v2.6/verify/evidence", WireJson.compact(body));
    }

    private static List<String> types(Reply reply) {
        return reply.results()
                .path("failures")
                .valueStream()
                .map(failure -> failure.get("type").stringValue())
                .toList();
    }

    static Stream<Arguments> incomplete() {
        return Stream.of(
                Arguments.of("nothing", (Consumer<ObjectNode>) ObjectNode::removeAll, "default.missing_param"),
                Arguments.of("no quote", (Consumer<ObjectNode>) d -> d.remove("quote"), "default.missing_param"),
                Arguments.of("an empty nonce", (Consumer<ObjectNode>) d -> d.put("nonce", ""), "default.missing_param"),
                Arguments.of("no EK", (Consumer<ObjectNode>) d -> d.remove("tpm_ek"), "default.missing_param"),
                Arguments.of(
                        "a key that is none",
                        (Consumer<ObjectNode>) d -> d.put("tpm_ak", "AAAA"),
                        "default.missing_param"),
                Arguments.of("a number", (Consumer<ObjectNode>) d -> d.put("quote", 7), "default.missing_param"),
                Arguments.of(
                        "an unknown hash",
                        (Consumer<ObjectNode>) d -> d.put("hash_alg", "md5"),
                        "default.missing_param"),
                Arguments.of(
                        "a policy that is none",
                        (Consumer<ObjectNode>) d -> d.put("runtime_policy", "{"),
                        "default.missing_param"),
                Arguments.of(
                        "a boot log that is no base64",
                        (Consumer<ObjectNode>) d -> d.put("mb_log", "%"),
                        "default.missing_param"),
                Arguments.of(
                        "no policy", (Consumer<ObjectNode>) d -> d.remove("runtime_policy"), "default.missing_policy"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("incomplete")
    void whatCannotBeJudgedIsSaid(String what, Consumer<ObjectNode> change, String type) throws Exception {
        ObjectNode data = data();
        change.accept(data);
        Reply reply = post(asked(data));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(types(reply)).containsExactly(type);
        assertThat(reply.results().get("valid").booleanValue()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"tpm_policy, {\"15\": 7}", "tpm_policy, {", "runtime_policy, {", "tpm_ak, AAAA"})
    void whatCannotBeReadIsNamedOnce(String member, String text) throws Exception {
        JsonNode failure =
                post(asked(data().put(member, text))).results().get("failures").get(0);
        assertThat(failure.at("/context/message").stringValue())
                .startsWith(member + ": ")
                .doesNotContain(member + ": " + member);
    }

    @Test
    void bodiesOfNoKnownShapeAreRefused() throws Exception {
        assertThat(verifier.callAnonymously("POST", "/v2.6/verify/evidence", null)
                        .status())
                .isEqualTo(400);
        assertThat(verifier.callAnonymously("POST", "/v2.6/verify/evidence", "[1]".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(400);
        assertThat(post(WireJson.object().put("type", "tpm")).reason()).isEqualTo("missing parameter 'data'");
        ObjectNode other = asked(data()).put("type", "sgx");
        assertThat(post(other).reason()).isEqualTo("invalid evidence type");
        Reply tee = post(asked(data()).put("type", "tee"));
        assertThat(tee.status()).isEqualTo(400);
        assertThat(types(tee)).containsExactly("tee_attestation.invalid.tee");
        assertThat(verifier.callAnonymously("POST", "/v2.6/verify/evidence", new byte[17 << 20])
                        .status())
                .isEqualTo(413);
    }

    @Test
    void goodEvidenceIsValidAndItsDataTheClaims() throws Exception {
        ObjectNode data = data();
        Reply reply = post(asked(data));
        assertThat(reply.status()).as(reply.reason()).isEqualTo(200);
        assertThat(types(reply)).isEmpty();
        assertThat(reply.results().get("valid").booleanValue()).isTrue();
        JsonNode claims = reply.results().get("claims");
        assertThat(claims.get("quote")).isEqualTo(data.get("quote"));

        Reply old = post(data);
        assertThat(old.results().get("valid").intValue()).isEqualTo(1);
    }

    @Test
    void badEvidenceIsInvalidWithEveryReason() throws Exception {
        ObjectNode data = data().put("runtime_policy", TestList.policy("boot_aggregate", "boot"))
                .put("tpm_policy", "{\"15\": [\"" + "ab".repeat(32) + "\"]}");
        Reply reply = post(asked(data));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(types(reply))
                .containsExactly("ima.validation.ima-ng.not_in_allowlist", "pcr_validation.invalid_pcr_15");
        assertThat(reply.results().get("claims")).isEmpty();
        assertThat(reply.results()
                        .get("failures")
                        .get(0)
                        .get("context")
                        .get("message")
                        .stringValue())
                .contains("/usr/bin/ls");
    }

    /** Rows are added after the quote was made, to a machine that had some or none. */
    private ObjectNode dataThatRunsAhead(boolean someProved) throws Exception {
        TestMachine machine = machine();
        if (someProved) {
            machine.measures("boot_aggregate", "boot");
        }
        TestMachine.Ask ask = new TestMachine.Ask("2.6", NONCE, PcrMask.of(10, 15), true, 0);
        ObjectNode data = data().put("quote", machine.signed(ask).format())
                .put("tpm_ak", machine.enrolment().get("ak_tpm").stringValue());
        if (!someProved) {
            machine.measures("boot_aggregate", "boot");
        }
        machine.measures("/usr/bin/ls", "ls");
        return data.put("ima_measurement_list", machine.results(ask).imaMeasurementList());
    }

    @Test
    void aListOfWhichNothingIsProvedIsInvalid() throws Exception {
        Reply reply = post(asked(dataThatRunsAhead(false)));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.results().get("valid").booleanValue()).isFalse();
        assertThat(types(reply)).containsExactly("ima.pcr_mismatch");
        assertThat(reply.results().get("claims")).isEmpty();
    }

    @Test
    void rowsThatNothingProvesAreNoClaims() throws Exception {
        ObjectNode data = dataThatRunsAhead(true);
        Reply reply = post(asked(data));
        assertThat(reply.results().get("valid").booleanValue())
                .as(reply.reason())
                .isTrue();
        assertThat(reply.results().propertyNames()).containsExactly("valid", "claims", "failures");
        assertThat(reply.reason()).isEqualTo("Success");
        JsonNode claims = reply.results().get("claims");
        assertThat(claims.propertyNames()).containsExactlyElementsOf(data.propertyNames());
        assertThat(claims.get("ima_measurement_list").stringValue())
                .isEqualTo(data.get("ima_measurement_list").stringValue().split("(?<=\n)", -1)[0])
                .endsWith(" boot_aggregate\n");
        assertThat(post(asked(data())).reason()).isEqualTo("Success");
    }

    /** The quote answers the text, and so does a quote that answers bytes which are given in base64 (wire reference §5.9). */
    @ParameterizedTest
    @CsvSource({
        "IPM2g3Nn5ZrXKwUtvjCZ,         true",
        "SVBNMmczTm41WnJYS3dVdHZqQ1o=, true",
        "SVBNMmczTm41WnJYS3dVdHZqQ1o,  true",
        "SVBNMmczTm41WnJYS3dVdHZqQ1k=, false",
        "ipm2g3nn5zrxkwutvjcz,         false",
        "====,                         false",
    })
    void theNonceIsComparedAsTextAndThenAsWhatItIsBase64Of(String nonce, boolean valid) throws Exception {
        Reply reply = post(asked(data().put("nonce", nonce)));
        assertThat(reply.results().get("valid").booleanValue()).isEqualTo(valid);
        assertThat(types(reply)).isEqualTo(valid ? List.of() : List.of("qoute_validation.quote_validation"));
    }

    @Test
    void aPolicyWithoutItsLogIsNotPassed() throws Exception {
        ObjectNode withoutList = data();
        withoutList.remove("ima_measurement_list");
        assertThat(types(post(asked(withoutList)))).containsExactly("ima.pcr_mismatch");
        ObjectNode withoutBoot = data().put("mb_policy", "{\"x\": 1}");
        assertThat(types(post(asked(withoutBoot)))).contains("pcr_validation.unused_pcr_15");
        ObjectNode otherNonce = data().put("nonce", "AAAA");
        assertThat(types(post(asked(otherNonce)))).containsExactly("qoute_validation.quote_validation");
    }
}

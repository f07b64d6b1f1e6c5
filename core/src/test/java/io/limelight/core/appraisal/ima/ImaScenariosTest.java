package io.limelight.core.appraisal.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The verdicts that Keylime itself gave on lists, policies and keyrings. */
class ImaScenariosTest {
    private static final JsonNode SCENARIOS = Fixtures.json("ima/scenarios.json");

    static Stream<JsonNode> singleShots() {
        return SCENARIOS.get("single_shot").valueStream();
    }

    static Stream<JsonNode> sequences() {
        return SCENARIOS.get("incremental_sequences").valueStream();
    }

    private static RuntimePolicy policy(String file) throws Exception {
        return RuntimePolicyReader.forEvaluation(Fixtures.bytes("ima/" + file), RuntimePolicyReader.MAX_BYTES);
    }

    private static ImaReference reference(JsonNode scenario) throws Exception {
        JsonNode policy = scenario.path("policy");
        JsonNode tenant = scenario.path("tenant_keyring");
        Optional<ImaKeyring> keys = Optional.empty();
        if (tenant.isArray()) {
            ImaKeyring ring = ImaKeyring.EMPTY;
            for (JsonNode key : tenant) {
                ring = ring.with(KeyReader.read(Fixtures.bytes("ima/keys/" + key.stringValue()))
                        .orElseThrow());
            }
            keys = Optional.of(ring);
        }
        return new ImaReference(
                policy.isString() ? Optional.of(policy(policy.stringValue())) : Optional.empty(),
                keys,
                List.of(),
                Tomtou.ACCEPT);
    }

    private static List<String> ids(ImaAppraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    private static List<String> expectedIds(JsonNode scenario) {
        return scenario.get("event_ids")
                .valueStream()
                .map(JsonNode::stringValue)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("singleShots")
    void aListIsJudgedAsKeylimeJudgesIt(JsonNode scenario) throws Exception {
        JsonNode pcr10 = scenario.path("pcr10");
        HashAlgorithm bank = HashAlgorithm.fromWireName(
                        scenario.path("pcr_bank").asString("sha1"))
                .orElseThrow();
        ImaEvidence evidence = new ImaEvidence(
                Fixtures.bytes("ima/" + scenario.get("log").stringValue()),
                bank,
                pcr10.isString() ? Optional.of(Octets.ofHex(pcr10.stringValue())) : Optional.empty());

        ImaAppraisal appraisal = ImaAppraiser.appraise(evidence, reference(scenario), ImaState.NEW);

        assertThat(ids(appraisal)).isEqualTo(expectedIds(scenario));
        assertThat(appraisal.passed()).isEqualTo(scenario.get("passes").booleanValue());
        if (scenario.has("next_ima_ml_entry")) {
            assertThat(appraisal.nextState().nextEntry())
                    .isEqualTo(scenario.get("next_ima_ml_entry").longValue());
        }
        for (Failure failure : appraisal.failures()) {
            assertThat(failure.recoverable()).isTrue();
            assertThat(failure.sentence()).endsWith(".");
            assertThat(failure.likelyCauses()).isNotEmpty();
            assertThat(failure.context()).containsKey("message");
        }
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void incrementalListsGoOnWhereTheQuoteEnded(JsonNode sequence) throws Exception {
        List<String> lines = Fixtures.text("ima/combined.log").lines().toList();
        ImaReference reference =
                new ImaReference(Optional.of(policy("policy-test.json")), Optional.empty(), List.of(), Tomtou.ACCEPT);
        ImaState state = ImaState.NEW;
        for (JsonNode step : sequence) {
            int first = step.get("first_entry_sent").intValue();
            int count = step.get("entries_sent").intValue();
            byte[] list = (String.join("\n", lines.subList(first, first + count)) + (count == 0 ? "" : "\n"))
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(state.nextEntry()).isEqualTo(first);

            ImaAppraisal appraisal = ImaAppraiser.appraise(
                    new ImaEvidence(
                            list,
                            HashAlgorithm.SHA1,
                            Optional.of(Octets.ofHex(step.get("pcr10").stringValue()))),
                    reference,
                    ImaState.parse(state.json()));

            assertThat(ids(appraisal)).as(step.get("what").stringValue()).isEqualTo(expectedIds(step));
            state = appraisal.nextState();
            assertThat(state.nextEntry())
                    .isEqualTo(step.get("next_ima_ml_entry_after").longValue());
        }
    }

    static Stream<String> logs() {
        return Fixtures.json("ima/expected-pcr10.json").propertyNames().stream();
    }

    @ParameterizedTest
    @MethodSource("logs")
    void everyPrefixLeadsToItsPcr10InEveryBank(String log) {
        JsonNode expected = Fixtures.json("ima/expected-pcr10.json").get(log);
        byte[] list = Fixtures.bytes("ima/" + log);
        ImaReference lenient = new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.ACCEPT);
        for (String bank : List.of("sha1", "sha256", "sha384", "sha512")) {
            HashAlgorithm algorithm = HashAlgorithm.fromWireName(bank).orElseThrow();
            Octets last = Octets.ofHex(expected.get("pcr10_" + bank).stringValue());
            ImaAppraisal whole =
                    ImaAppraiser.appraise(new ImaEvidence(list, algorithm, Optional.of(last)), lenient, ImaState.NEW);
            assertThat(ids(whole)).doesNotContain("ima.pcr_mismatch");
            assertThat(whole.entries()).isEqualTo(expected.get("entries").longValue());

            JsonNode each = expected.path("pcr10_" + bank + "_after_each_entry");
            for (int i = 0; i < each.size(); i++) {
                ImaAppraisal part = ImaAppraiser.appraise(
                        new ImaEvidence(
                                list,
                                algorithm,
                                Optional.of(Octets.ofHex(each.get(i).stringValue()))),
                        lenient,
                        ImaState.NEW);
                assertThat(ids(part)).doesNotContain("ima.pcr_mismatch");
            }
        }
    }

    @Test
    void violationsFailIfTheyAreToldTo() throws Exception {
        ImaReference strict =
                new ImaReference(Optional.of(policy("policy-empty.json")), Optional.empty(), List.of(), Tomtou.FAIL);

        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(Fixtures.bytes("ima/tomtou.log"), HashAlgorithm.SHA256, Optional.empty()),
                strict,
                ImaState.NEW);

        assertThat(ids(appraisal)).containsExactly("ima.validation.tomtou");
    }

    @Test
    void aKeyOfTheKernelIsLearnedAsKeylimeStoresIt() throws Exception {
        byte[] list = Fixtures.bytes("ima/keyring-key.log");
        String pcr10 = Fixtures.json("ima/expected-pcr10.json")
                .get("keyring-key.log")
                .get("pcr10_sha256")
                .stringValue();

        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(list, HashAlgorithm.SHA256, Optional.of(Octets.ofHex(pcr10))),
                ImaReference.of(policy("policy-test.json"), List.of(), Tomtou.FAIL),
                ImaState.NEW);

        assertThat(appraisal.passed()).isTrue();
        assertThat(appraisal.nextState().learned().keyring(".ima").orElseThrow().json())
                .isEqualTo(Fixtures.json("ima/expected-learned-keyrings.json")
                        .get("keyring-key.log")
                        .get(".ima")
                        .stringValue());
        assertThat(ImaKeyrings.parse(appraisal.nextState().learned().json()))
                .isEqualTo(appraisal.nextState().learned());
        assertThat(ImaState.parse(appraisal.nextState().json())).isEqualTo(appraisal.nextState());
    }

    @Test
    void whatWasAddedAfterTheQuoteIsJudgedAndNotRemembered() throws Exception {
        byte[] good = Fixtures.bytes("ima/measurements.log");
        byte[] bad = Fixtures.bytes("ima/one-entry.log");
        byte[] both = Arrays.copyOf(good, good.length + bad.length);
        System.arraycopy(bad, 0, both, good.length, bad.length);
        String pcr10 = Fixtures.json("ima/expected-pcr10.json")
                .get("measurements.log")
                .get("pcr10_sha1")
                .stringValue();
        ImaReference reference = ImaReference.of(policy("policy-test.json"), List.of(), Tomtou.FAIL);

        ImaAppraisal ahead = ImaAppraiser.appraise(
                new ImaEvidence(both, HashAlgorithm.SHA1, Optional.of(Octets.ofHex(pcr10))), reference, ImaState.NEW);

        assertThat(ids(ahead)).containsExactly("ima.validation.ima-ng.runtime_policy_hash");
        assertThat(ahead.nextState()).isEqualTo(ImaState.NEW);
    }

    @Test
    void aKeyAddedAfterTheQuoteIsNotKept() throws Exception {
        byte[] list = Fixtures.bytes("ima/keyring-key.log");

        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(list, HashAlgorithm.SHA1, Optional.of(Octets.copyOf(new byte[20]))),
                ImaReference.of(policy("policy-test.json"), List.of(), Tomtou.FAIL),
                ImaState.NEW);

        assertThat(appraisal.passed()).isTrue();
        assertThat(appraisal.nextState().nextEntry()).isZero();
        assertThat(appraisal.nextState().learned()).isEqualTo(ImaKeyrings.EMPTY);
        assertThat(appraisal.nextState().progress()).contains(new ImaProgress(0, 1));
    }
}

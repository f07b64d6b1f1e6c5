package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootReplay;
import io.limelight.core.uefi.LogEditor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Boot logs against quoted PCRs: Keylime's event ids in Keylime's order. */
class BootAppraiserTest {
    private static final String LOG = "measured-boot/binary_bios_measurements-secureboot";
    private static final String REFERENCE =
            Fixtures.text("measured-boot/expected/binary_bios_measurements-secureboot.refstate.json");
    private static final String OTHER_REFERENCE = otherReference();

    private static String otherReference() {
        ObjectNode state =
                (ObjectNode) Fixtures.json("measured-boot/expected/binary_bios_measurements-secureboot.refstate.json");
        ((ObjectNode) state.get("kernels").get(0)).put("kernel_cmdline", "something else");
        return state.toString();
    }

    /** What the replay gives, and zero for the PCRs no boot log of the fixtures extends. */
    private static Map<Integer, Octets> quoted(String log) {
        PcrValues replay =
                BootReplay.of(LogEditor.log(log)).bank(HashAlgorithm.SHA256).orElseThrow();
        Map<Integer, Octets> values = new HashMap<>();
        BootPolicy.MEASURED_BOOT_PCRS
                .pcrs()
                .forEach(pcr -> values.put(pcr, replay.value(pcr).orElseGet(() -> Octets.copyOf(new byte[32]))));
        return values;
    }

    private static PcrValues sha256(Map<Integer, Octets> values) {
        return PcrValues.of(HashAlgorithm.SHA256, values);
    }

    private static Octets other() {
        return Octets.copyOf(HashAlgorithm.SHA256.digest(new byte[1]));
    }

    @TestFactory
    Stream<DynamicTest> keylimesCases() {
        JsonNode cases =
                Fixtures.json("measured-boot/expected/pcr-check-cases.json").get("cases");
        return StreamSupport.stream(cases.spliterator(), false)
                // Base64 is undone before this; there an exception of Keylime's is a failure of ours.
                .filter(one -> one.get("event_ids").isArray())
                .map(one -> DynamicTest.dynamicTest(
                        one.get("name").stringValue() + ", " + one.get("policy").stringValue(),
                        () -> keylimesCase(one)));
    }

    private static void keylimesCase(JsonNode one) {
        String name = one.get("name").stringValue();
        Map<Integer, Octets> pcrs = quoted(LOG);
        if (name.startsWith("PCR 11 extended")) {
            pcrs.put(11, other());
        } else if (name.startsWith("PCR 4 differs")) {
            pcrs.put(4, other());
        } else if (name.startsWith("PCR 14 not quoted")) {
            pcrs.remove(14);
        }
        String reference = REFERENCE;
        if (name.startsWith("refstate mismatch")) {
            reference = OTHER_REFERENCE;
        } else if (name.startsWith("empty refstate")) {
            reference = "{}";
        } else if (name.startsWith("refstate is not JSON")) {
            reference = "not JSON";
        }
        BootAppraisal appraisal = BootAppraiser.appraise(
                log(name),
                sha256(pcrs),
                BootReference.of(
                        BootPolicy.named(one.get("policy").stringValue()),
                        name.startsWith("no policy") ? null : reference),
                TpmPolicy.EMPTY,
                MeasuredBootEvaluate.of(one.get("measured_boot_evaluate").stringValue()),
                one.get("attestation_count").longValue());

        assertThat(ids(appraisal))
                .isEqualTo(StreamSupport.stream(one.get("event_ids").spliterator(), false)
                        .map(JsonNode::stringValue)
                        .toList());
        assertThat(appraisal.failures()).allMatch(Failure::recoverable);
    }

    private static byte @Nullable [] log(String name) {
        if (name.startsWith("no log")) {
            return null;
        }
        return name.startsWith("log cannot be parsed") ? new byte[] {1, 2, 3} : LogEditor.bytes(LOG);
    }

    private static List<String> ids(BootAppraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    private static BootAppraisal appraise(byte[] log, Map<Integer, Octets> pcrs, BootReference reference) {
        return BootAppraiser.appraise(log, sha256(pcrs), reference, TpmPolicy.EMPTY, MeasuredBootEvaluate.ALWAYS, 5);
    }

    @Test
    void theRealMachinePassesInEveryBankWithOurPolicy() {
        BootReference reference =
                BootReference.of(BootPolicy.named("uefi-linux"), Fixtures.text("real-boot/boot-a.mb_refstate.json"));
        BootAppraisal appraisal = appraise(LogEditor.bytes(LogEditor.REAL), quoted(LogEditor.REAL), reference);

        assertThat(appraisal.failures()).isEmpty();
        assertThat(appraisal.judged()).isEqualTo(PcrMask.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14));
        assertThat(appraisal.bootAggregates().get(HashAlgorithm.SHA256))
                .contains("5107628853416193d0e45b50f18ee38921149061d971c77f849e38b11427afac");
    }

    @Test
    void everyFindingOfOurPolicyIsAFailureWithItsSentenceAndEvents() {
        byte[] log =
                LogEditor.real().digest(81, new byte[1]).digest(26, new byte[1]).bytes();
        Map<Integer, Octets> pcrs = new HashMap<>();
        PcrValues replay =
                BootReplay.of(LogEditor.parse(log)).bank(HashAlgorithm.SHA256).orElseThrow();
        replay.mask().pcrs().forEach(pcr -> pcrs.put(pcr, replay.value(pcr).orElseThrow()));
        BootReference reference =
                BootReference.of(BootPolicy.named("uefi-linux"), Fixtures.text("real-boot/boot-a.mb_refstate.json"));

        List<Failure> failures = appraise(log, pcrs, reference).failures();

        assertThat(failures).hasSize(2).allSatisfy(failure -> {
            assertThat(failure.id()).isEqualTo("measured_boot.policy_uefi-linux");
            assertThat(failure.context().keySet()).containsExactly("context", "policy", "refstate", "reason", "events");
            assertThat(failure.context()).containsEntry("context", "Boot attestation failed");
            assertThat(failure.likelyCauses()).isNotEmpty();
        });
        assertThat(failures.get(0).context()).containsEntry("events", List.of(81));
        assertThat(failures.get(1).context()).containsEntry("events", List.of(26));
    }

    @Test
    void anEditedLogDoesNotFitThePcrs() {
        byte[] log = LogEditor.real().digest(82, new byte[1]).bytes();
        BootAppraisal appraisal =
                appraise(log, quoted(LogEditor.REAL), BootReference.of(BootPolicy.named("accept-all"), "{\"a\": 1}"));

        assertThat(appraisal.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.id()).isEqualTo("measured_boot.invalid_pcr_8");
            assertThat(failure.sentence()).startsWith("PCR 8 does not fit the boot log");
            assertThat(failure.context().keySet()).containsExactly("context", "got", "expected", "events");
            assertThat(failure.context().get("events"))
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                    .contains(82);
        });
    }

    @Test
    void aBankThatIsNotInTheLogMakesItUnusable() {
        Map<Integer, Octets> pcrs = new HashMap<>();
        pcrs.put(0, Octets.copyOf(new byte[64]));
        BootAppraisal appraisal = BootAppraiser.appraise(
                LogEditor.bytes(LogEditor.REAL),
                PcrValues.of(HashAlgorithm.SHA512, pcrs),
                BootReference.of(BootPolicy.named("accept-all"), "{\"a\": 1}"),
                TpmPolicy.EMPTY,
                MeasuredBootEvaluate.ALWAYS,
                0);
        assertThat(ids(appraisal)).containsExactly("measured_boot.parser.invalid_pcrs_hashes");
        assertThat(appraisal.bootAggregates()).isEmpty();
    }

    @Test
    void aLogCutOffBeforeTheFirmwareWasDoneLeadsToNoBootAggregate() {
        LogEditor editor = LogEditor.real();
        while (editor.log().events().size() > 10) {
            editor.remove(10);
        }
        assertThat(ids(appraise(
                        editor.bytes(),
                        quoted(LogEditor.REAL),
                        BootReference.of(BootPolicy.named("accept-all"), null))))
                .containsExactly("measured_boot.parser.invalid_boot_aggregates");
    }

    @Test
    void theTpmPolicyCountsForThesePcrsToo() throws TpmPolicyException {
        String value = "ab".repeat(32);
        BootAppraisal appraisal = BootAppraiser.appraise(
                LogEditor.bytes(LOG),
                sha256(quoted(LOG)),
                BootReference.of(BootPolicy.named("accept-all"), REFERENCE),
                TpmPolicy.fromUser("{\"4\": \"" + value + "\"}"),
                MeasuredBootEvaluate.ONCE,
                0);
        assertThat(ids(appraisal)).containsExactly("pcr_validation.invalid_pcr_4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"\"", "0", "0.0", "-0", "false", ""})
    void textsThatMeanAnyBootAreNotEvenComparedWithThePcrs(String text) {
        Map<Integer, Octets> pcrs = quoted(LOG);
        pcrs.put(4, other());
        BootAppraisal appraisal =
                appraise(LogEditor.bytes(LOG), pcrs, BootReference.of(BootPolicy.named("example"), text));
        assertThat(appraisal.failures()).isEmpty();
        assertThat(appraisal.judged()).isEqualTo(PcrMask.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{", "{\"a\":1,\"a\":2}", "[[[", "nul", " "})
    void textsWithoutMeaningFailEveryTime(String text) {
        assertThat(ids(appraise(
                        LogEditor.bytes(LOG), quoted(LOG), BootReference.of(BootPolicy.named("accept-all"), text))))
                .containsExactly("pcr_validation.invalid_mb_policy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "[1]", "\"text\"", "true", "{\"pk\": 1}", "{\"kernels\": [{}]}"})
    void referenceStatesThatCannotBeUsedFailAsThePolicy(String text) {
        for (String policy : List.of("example", "uefi-linux")) {
            assertThat(appraise(LogEditor.bytes(LOG), quoted(LOG), BootReference.of(BootPolicy.named(policy), text))
                            .failures())
                    .singleElement()
                    .satisfies(failure -> {
                        assertThat(failure.id()).isEqualTo("measured_boot.policy_" + policy);
                        assertThat(failure.context().get("reason")).asString().startsWith("policy evaluation failed: ");
                    });
        }
    }

    @Test
    void aReferenceStateThatNobodyLooksIntoIsSaidLoudly() {
        assertThat(BootReference.of(BootPolicy.named("accept-all"), REFERENCE).warnings())
                .singleElement()
                .asString()
                .contains("does not look into it: any boot loader, kernel and command line passes");
        assertThat(BootReference.of(BootPolicy.named("example"), REFERENCE).warnings())
                .isEmpty();
        assertThat(BootReference.of(BootPolicy.named("accept-all"), null).warnings())
                .isEmpty();
    }

    @Test
    void aTextOfAnySizeOrDepthIsAnAnswer() {
        for (String text : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000), "9".repeat(100_000))) {
            assertThat(BootReference.of(BootPolicy.named("uefi-linux"), text).kind())
                    .isEqualTo(BootReference.Kind.UNREADABLE);
        }
        assertThat(BootReference.of(BootPolicy.named("uefi-linux"), " ".repeat(BootReference.MAX_LENGTH + 1))
                        .kind())
                .isEqualTo(BootReference.Kind.UNREADABLE);
    }
}

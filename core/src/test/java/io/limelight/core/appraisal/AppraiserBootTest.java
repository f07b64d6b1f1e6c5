package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.ProtocolVectors;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.uefi.BootReplay;
import io.limelight.core.uefi.LogEditor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A boot log within a whole appraisal: when it is judged, and what else follows from it. */
class AppraiserBootTest {
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";
    private static final String PEM = ProtocolVectors.TRANSPORT_KEY;
    private static final SoftAttestationKey AK =
            SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, new SecureRandom());
    private static final String LOG = Base64.getEncoder().encodeToString(LogEditor.bytes(LogEditor.REAL));
    private static final String STATE = Fixtures.text("real-boot/boot-a.mb_refstate.json");
    private static final String OTHER_STATE = STATE.replace("root=", "root=elsewhere");
    private static final AcceptedAlgorithms ANY =
            new AcceptedAlgorithms(List.of("sha256"), List.of("ecc256"), List.of("ecdsa"));

    private static BootExpectation once(@Nullable String state) {
        return new BootExpectation(BootReference.of(BootPolicy.named("uefi-linux"), state), MeasuredBootEvaluate.ONCE);
    }

    private static ReferenceValues reference(BootExpectation boot, Optional<ImaReference> ima) {
        return new ReferenceValues(AttestationKey.of(AK.publicArea()), ANY, TpmPolicy.EMPTY, ima, Optional.of(boot));
    }

    private static Map<Integer, Octets> booted() {
        PcrValues replay = BootReplay.of(LogEditor.log(LogEditor.REAL))
                .bank(HashAlgorithm.SHA256)
                .orElseThrow();
        Map<Integer, Octets> values = new HashMap<>();
        BootPolicy.MEASURED_BOOT_PCRS
                .pcrs()
                .forEach(pcr -> values.put(pcr, replay.value(pcr).orElseGet(() -> Octets.copyOf(new byte[32]))));
        values.put(16, TransportKeyBinding.pcr16(HashAlgorithm.SHA256, PEM));
        return values;
    }

    private static Appraisal appraise(
            ReferenceValues reference,
            AppraisalState before,
            Map<Integer, Octets> pcrs,
            int boot,
            long clock,
            @Nullable ImaAnswer ima,
            @Nullable String log) {
        String quote = AK.quote(
                        ProtocolVectors.ascii(NONCE),
                        PcrValues.of(HashAlgorithm.SHA256, pcrs),
                        new ClockInfo(clock, boot, 0, true))
                .format();
        return Appraiser.appraise(
                new Evidence(
                        new QuoteRequest(NONCE, reference.mask(), before.nextImaEntry(reference)),
                        new QuoteAnswer(quote, "sha256", "ecc256", "ecdsa", PEM, ima, log)),
                reference,
                before);
    }

    private static Appraisal appraise(
            BootExpectation boot, AppraisalState before, int resets, long clock, @Nullable String log) {
        return appraise(reference(boot, Optional.empty()), before, booted(), resets, clock, null, log);
    }

    private static List<String> ids(Appraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    @Test
    void aQuoteThatLeavesOutAPcrOfTheBootProvesNoLog() {
        ReferenceValues reference = reference(once(STATE), Optional.empty());
        Map<Integer, Octets> pcrs = booted();
        pcrs.remove(4);

        assertThat(reference.mask()).isEqualTo(BootPolicy.MEASURED_BOOT_PCRS);
        assertThat(ids(appraise(reference, AppraisalState.NEW, pcrs, 1, 10, null, LOG)))
                .singleElement()
                .asString()
                .startsWith("qoute_validation");
    }

    @Test
    void withoutItsLogAMachineFailsForEveryPcr() {
        assertThat(ids(appraise(once(STATE), AppraisalState.NEW, 1, 10, null)))
                .contains("pcr_validation.unused_pcr_0", "pcr_validation.unused_pcr_14");
    }

    @Test
    void whatIsNoBase64IsNoLog() {
        assertThat(ids(appraise(once(STATE), AppraisalState.NEW, 1, 10, "%%%")))
                .contains("measured_boot.parser.log.base64decode");
    }

    @Test
    void aBootLikeItsReferencePassesAndAnotherFailsWithASentence() {
        assertThat(ids(appraise(once(STATE), AppraisalState.NEW, 1, 10, LOG))).isEmpty();

        Appraisal other = appraise(once(OTHER_STATE), AppraisalState.NEW, 1, 10, LOG);
        assertThat(ids(other)).containsExactly("measured_boot.policy_uefi-linux");
        assertThat(other.failures().getFirst().sentence()).contains("command line");
    }

    /** Once means once for this boot and this policy, not once for ever. */
    @Test
    void onceJudgedItIsNotJudgedAgainUntilThePolicyChangesOrTheMachineBoots() {
        AppraisalState judged =
                appraise(once(STATE), AppraisalState.NEW, 1, 10, LOG).nextState();

        BootExpectation same = new BootExpectation(once(STATE).reference(), MeasuredBootEvaluate.ONCE);
        assertThat(judged.bootJudged(same)).isTrue();
        Appraisal changed = appraise(once(OTHER_STATE), judged, 1, 20, LOG);
        assertThat(ids(changed)).containsExactly("measured_boot.policy_uefi-linux");
        Appraisal rebooted = appraise(same, judged, 2, 20, LOG);
        assertThat(rebooted.passed()).isTrue();

        AppraisalState believed = new AppraisalState(
                judged.clock(),
                judged.attestationCount(),
                judged.transportKey(),
                judged.algorithms(),
                judged.ima(),
                new JudgedBy("", once(OTHER_STATE).mark()));
        assertThat(ids(appraise(once(OTHER_STATE), believed, 1, 20, LOG))).isEmpty();
        assertThat(ids(appraise(once(OTHER_STATE), believed, 2, 20, LOG)))
                .containsExactly("measured_boot.policy_uefi-linux");
    }

    @Test
    void anUnreadablePolicyFailsEveryAttestation() {
        AppraisalState judged =
                appraise(once(STATE), AppraisalState.NEW, 1, 10, LOG).nextState();

        assertThat(ids(appraise(once("not JSON"), judged, 1, 20, LOG))).contains("pcr_validation.invalid_mb_policy");
    }

    @Test
    void theBootAggregateOfTheLogIsGoodInTheList() throws Exception {
        String list = Fixtures.text("real-boot/ascii_runtime_measurements")
                        .lines()
                        .findFirst()
                        .orElseThrow() + "\n";
        ImaReference nothing = ImaReference.of(RuntimePolicyReader.empty(), List.of(), Tomtou.FAIL);
        Map<Integer, Octets> pcrs = booted();
        pcrs.put(10, pcr10(list));

        Appraisal with = appraise(
                reference(once(null), Optional.of(nothing)),
                AppraisalState.NEW,
                pcrs,
                1,
                10,
                new ImaAnswer(list, 0),
                LOG);
        Appraisal without = appraise(
                reference(once(null), Optional.of(nothing)),
                AppraisalState.NEW,
                pcrs,
                1,
                10,
                new ImaAnswer(list, 0),
                null);

        assertThat(ids(with)).isEmpty();
        assertThat(ids(without)).containsExactly("ima.validation.ima-ng.not_in_allowlist");
    }

    /** After a list of one line: the hash of zeros and of the template data's hash. */
    private static Octets pcr10(String list) throws Exception {
        // Not stripped: an entry without signature ends with a blank.
        byte[] line = list.substring(0, list.length() - 1).getBytes(StandardCharsets.UTF_8);
        ImaEntry entry = new ImaEntry();
        assertThat(entry.read(line, 0, line.length)).isNotEqualTo(ImaEntry.Outcome.BROKEN);
        byte[] extended = new byte[64];
        entry.hashTemplateData(MessageDigest.getInstance("SHA-256"), extended, 32);
        System.arraycopy(extended, 0, extended, 32, 32);
        Arrays.fill(extended, 0, 32, (byte) 0);
        return Octets.copyOf(HashAlgorithm.SHA256.digest(extended));
    }
}

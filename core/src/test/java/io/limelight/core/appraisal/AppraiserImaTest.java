package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.appraisal.ima.ImaStates;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.ProtocolVectors;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A measurement list within a whole appraisal. */
class AppraiserImaTest {
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";
    private static final String PEM = ProtocolVectors.TRANSPORT_KEY;
    private static final SoftAttestationKey AK =
            SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, new SecureRandom());
    private static final String LIST = Fixtures.text("ima/combined.log");
    private static final List<String> PCR10 = Fixtures.json("ima/expected-pcr10.json")
            .get("combined.log")
            .get("pcr10_sha256_after_each_entry")
            .valueStream()
            .map(value -> value.stringValue())
            .toList();

    private static final AcceptedAlgorithms ANY =
            new AcceptedAlgorithms(List.of("sha256"), List.of("ecc", "ecc256"), List.of("ecdsa"));

    private static ReferenceValues reference(String policy) throws Exception {
        return new ReferenceValues(
                AttestationKey.of(AK.publicArea()),
                ANY,
                TpmPolicy.EMPTY.asking(PcrMask.of(10)),
                Optional.of(ImaReference.of(
                        RuntimePolicyReader.forEvaluation(
                                Fixtures.bytes("ima/" + policy), RuntimePolicyReader.MAX_BYTES),
                        List.of(),
                        Tomtou.FAIL)),
                Optional.empty());
    }

    private static Appraisal appraise(
            ReferenceValues reference,
            AppraisalState before,
            int boot,
            long clock,
            String pcr10,
            @Nullable ImaAnswer list) {
        String quote = quote(boot, clock, pcr10);
        return Appraiser.appraise(
                new Evidence(
                        new QuoteRequest(NONCE, PcrMask.of(10), before.nextImaEntry(reference)),
                        new QuoteAnswer(quote, "sha256", "ecc256", "ecdsa", PEM, list, null)),
                reference,
                before);
    }

    private static String quote(int boot, long clock, String pcr10) {
        PcrValues pcrs = PcrValues.of(
                HashAlgorithm.SHA256,
                Map.of(10, Octets.ofHex(pcr10), 16, TransportKeyBinding.pcr16(HashAlgorithm.SHA256, PEM)));
        return AK.quote(ProtocolVectors.ascii(NONCE), pcrs, new ClockInfo(clock, boot, 0, true))
                .format();
    }

    private static String tail(int from) {
        return String.join("\n", LIST.lines().toList().subList(from, 5)) + "\n";
    }

    private static List<String> ids(Appraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    @Test
    void aListThatExplainsPcr10IsRememberedUpToTheQuote() throws Exception {
        ReferenceValues reference = reference("policy-test.json");

        Appraisal first = appraise(reference, AppraisalState.NEW, 1, 10, PCR10.get(2), new ImaAnswer(LIST, 0));
        assertThat(ids(first)).isEmpty();
        assertThat(first.nextState().nextImaEntry()).isEqualTo(3);

        Appraisal second = appraise(reference, first.nextState(), 1, 20, PCR10.get(4), new ImaAnswer(tail(3), 3));
        assertThat(ids(second)).isEmpty();
        assertThat(second.nextState().nextImaEntry()).isEqualTo(5);
    }

    @Test
    void aListThatFailsIsAskedForAgainFromItsFirstEntry() throws Exception {
        Appraisal passed = appraise(
                reference("policy-test.json"), AppraisalState.NEW, 1, 10, PCR10.get(2), new ImaAnswer(LIST, 0));

        Appraisal failed = appraise(
                reference("policy-test.json"), passed.nextState(), 1, 20, PCR10.get(4), new ImaAnswer("nonsense\n", 3));

        assertThat(ids(failed)).contains("ima.parser.entry");
        assertThat(failed.nextState().ima()).isEqualTo(ImaState.NEW);
        assertThat(failed.nextState().attestationCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, true", "1, 2, true", "2, 0, false", "2, 2, false", "1, 3, false"})
    void aListThatGotShorterIsToldAsSuchUnlessTheMachineWasBooted(int boot, int rows, boolean told) throws Exception {
        ReferenceValues reference = reference("policy-test.json");
        Appraisal passed = appraise(reference, AppraisalState.NEW, 1, 10, PCR10.get(2), new ImaAnswer(LIST, 0));
        String list = LIST.lines().limit(rows).map(line -> line + "\n").collect(Collectors.joining());

        Appraisal failed = Appraiser.appraise(
                new Evidence(
                        new QuoteRequest(NONCE, PcrMask.of(10), boot == 1 ? 3 : 0),
                        new QuoteAnswer(
                                quote(boot, 20, PCR10.get(4)),
                                "sha256",
                                "ecc256",
                                "ecdsa",
                                PEM,
                                new ImaAnswer(list, 0),
                                null)),
                reference,
                passed.nextState());

        assertThat(ids(failed)).containsExactly("ima.pcr_mismatch");
        Failure failure = failed.failures().getFirst();
        assertThat(failure.sentence().contains("at the last attestation it had 3 or more"))
                .isEqualTo(told);
        assertThat(failure.likelyCauses().getFirst().contains("shorter than at the last attestation"))
                .isEqualTo(told);
    }

    /** What one policy let pass may be what the next one forbids. */
    @Test
    void underAnotherPolicyTheListIsJudgedFromItsFirstEntry() throws Exception {
        Appraisal passed = appraise(
                reference("policy-test.json"), AppraisalState.NEW, 1, 10, PCR10.get(2), new ImaAnswer(LIST, 0));
        ReferenceValues other = reference("policy-empty.json");

        assertThat(passed.nextState().nextImaEntry(other)).isZero();
        Appraisal tail = Appraiser.appraise(
                new Evidence(
                        new QuoteRequest(NONCE, PcrMask.of(10), 3),
                        new QuoteAnswer(
                                quote(1, 20, PCR10.get(4)),
                                "sha256",
                                "ecc256",
                                "ecdsa",
                                PEM,
                                new ImaAnswer(tail(3), 3),
                                null)),
                other,
                passed.nextState());
        Appraisal whole = appraise(other, passed.nextState(), 1, 20, PCR10.get(4), new ImaAnswer(LIST, 0));

        assertThat(tail.verdict()).isEqualTo(Verdict.ASK_AGAIN_FROM_FIRST_ENTRY);
        assertThat(ids(whole)).hasSize(5).containsOnly("ima.validation.ima-ng.not_in_allowlist");
    }

    @Test
    void aQuoteOfPcr10WithoutItsListFails() throws Exception {
        Appraisal appraisal = appraise(reference("policy-test.json"), AppraisalState.NEW, 1, 10, PCR10.get(4), null);

        assertThat(ids(appraisal)).containsExactly("pcr_validation.unused_pcr_10");
    }

    /** Whatever the mask says that somebody posted beside the policy. */
    @Test
    void aQuoteWithoutPcr10ProvesNoList() throws Exception {
        ReferenceValues judged = reference("policy-test.json");
        ReferenceValues unasked =
                new ReferenceValues(judged.attestationKey(), ANY, TpmPolicy.EMPTY, judged.ima(), Optional.empty());
        PcrValues pcrs =
                PcrValues.of(HashAlgorithm.SHA256, Map.of(16, TransportKeyBinding.pcr16(HashAlgorithm.SHA256, PEM)));
        String quote = AK.quote(ProtocolVectors.ascii(NONCE), pcrs, new ClockInfo(10, 1, 0, true))
                .format();

        Appraisal appraisal = Appraiser.appraise(
                new Evidence(
                        new QuoteRequest(NONCE, PcrMask.NONE, 0),
                        new QuoteAnswer(quote, "sha256", "ecc256", "ecdsa", PEM, new ImaAnswer(LIST, 0), null)),
                unasked,
                AppraisalState.NEW);

        assertThat(appraisal.passed()).isFalse();
        assertThat(ids(appraisal)).singleElement().asString().startsWith("qoute_validation");
    }

    @Test
    void aListFromAnotherEntryThanAskedFails() throws Exception {
        Appraisal appraisal = appraise(
                reference("policy-test.json"), AppraisalState.NEW, 1, 10, PCR10.get(4), new ImaAnswer(tail(2), 2));

        assertThat(ids(appraisal)).containsExactly("qoute_validation.invalid_ima_entry_nb");
    }

    @Test
    void whoHasLostPcr10AsksAgainFromTheFirstEntry() throws Exception {
        ReferenceValues reference = reference("policy-test.json");
        AppraisalState stored = new AppraisalState(
                new ClockInfo(1, 1, 0, true),
                4,
                Optional.of(PEM),
                Optional.empty(),
                ImaStates.at(3),
                new JudgedBy(reference.imaMark(), ""));

        Appraisal again = appraise(reference, stored, 1, 10, PCR10.get(4), new ImaAnswer(tail(3), 3));
        assertThat(again.verdict()).isEqualTo(Verdict.ASK_AGAIN_FROM_FIRST_ENTRY);

        Appraisal whole = appraise(reference, again.nextState(), 1, 20, PCR10.get(4), new ImaAnswer(LIST, 0));
        assertThat(ids(whole)).isEmpty();
        assertThat(whole.nextState().nextImaEntry()).isEqualTo(5);
    }

    @Test
    void theWholeListIsTakenThoughATailWasAsked() throws Exception {
        ReferenceValues reference = reference("policy-test.json");
        Appraisal first = appraise(reference, AppraisalState.NEW, 1, 10, PCR10.get(2), new ImaAnswer(LIST, 0));

        Appraisal whole = appraise(reference, first.nextState(), 1, 20, PCR10.get(4), new ImaAnswer(LIST, 0));

        assertThat(ids(whole)).isEmpty();
        assertThat(whole.nextState().nextImaEntry()).isEqualTo(5);
    }
}

package io.limelight.core.appraisal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.appraisal.ima.ImaStates;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.ProtocolVectors;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppraiserTest {
    private static final String NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";
    private static final String PEM = ProtocolVectors.TRANSPORT_KEY;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SoftAttestationKey AK = SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM);
    private static final AttestationKey KEY = AttestationKey.of(AK.publicArea());
    private static final ClockInfo FIRST = new ClockInfo(1_000, 3, 1, true);
    private static final ClockInfo SECOND = new ClockInfo(2_000, 3, 1, true);

    private static ReferenceValues reference(String policy) {
        try {
            return new ReferenceValues(KEY, AcceptedAlgorithms.KEYLIME_DEFAULT, TpmPolicy.fromWire(policy));
        } catch (io.limelight.core.policy.TpmPolicyException e) {
            throw new AssertionError(e);
        }
    }

    private static String quote(ClockInfo clock, String boundKey, Map<Integer, String> pcrs) {
        Map<Integer, Octets> values = new HashMap<>();
        pcrs.forEach((pcr, hex) -> values.put(pcr, Octets.ofHex(hex)));
        values.put(16, TransportKeyBinding.pcr16(HashAlgorithm.SHA256, boundKey));
        return AK.quote(ProtocolVectors.ascii(NONCE), PcrValues.of(HashAlgorithm.SHA256, values), clock)
                .format();
    }

    private static QuoteAnswer answer(String quote, String key) {
        return new QuoteAnswer(quote, "sha256", "rsa", "rsassa", key);
    }

    private static Evidence asked(QuoteAnswer answer) {
        return new Evidence(new QuoteRequest(NONCE, PcrMask.NONE, 0), answer);
    }

    private static AppraisalState known() {
        return new AppraisalState(
                FIRST,
                4,
                Optional.of(PEM),
                Optional.of(new QuoteAlgorithms("sha256", "rsa", "rsassa")),
                ImaState.NEW,
                JudgedBy.NOTHING);
    }

    private static Failure onlyFailure(Appraisal appraisal) {
        assertThat(appraisal.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(appraisal.failures()).hasSize(1);
        Failure failure = appraisal.failures().getFirst();
        assertThat(failure.sentence()).isNotBlank().endsWith(".");
        assertThat(failure.context()).isNotEmpty();
        return failure;
    }

    @Test
    void theFirstGoodQuoteIsRemembered() {
        Appraisal appraisal = Appraiser.appraise(
                asked(answer(quote(FIRST, PEM, Map.of()), PEM)), reference("{\"mask\":\"0x0\"}"), AppraisalState.NEW);

        assertThat(appraisal.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(appraisal.nextState())
                .isEqualTo(new AppraisalState(
                        FIRST,
                        1,
                        Optional.of(PEM),
                        Optional.of(new QuoteAlgorithms("sha256", "rsa", "rsassa")),
                        ImaState.NEW,
                        JudgedBy.NOTHING));
    }

    @Test
    void aShortAnswerIsJudgedByTheKeyKnownBefore() {
        Appraisal appraisal = Appraiser.appraise(
                asked(answer(quote(SECOND, PEM, Map.of()), null)), reference("{\"mask\":\"0x0\"}"), known());

        assertThat(appraisal.passed()).isTrue();
        assertThat(appraisal.nextState().attestationCount()).isEqualTo(5);
        assertThat(appraisal.nextState().clock()).isEqualTo(SECOND);
    }

    @Test
    void aNewTransportKeyReplacesTheOldOnlyWithAQuoteThatBindsIt() {
        String other = PEM.replace("AQAB", "AQAD");

        Appraisal bound = Appraiser.appraise(
                asked(answer(quote(SECOND, other, Map.of()), other)), reference("{\"mask\":\"0x0\"}"), known());
        Appraisal swapped = Appraiser.appraise(
                asked(answer(quote(SECOND, PEM, Map.of()), other)), reference("{\"mask\":\"0x0\"}"), known());

        assertThat(bound.nextState().transportKey()).contains(other);
        assertThat(onlyFailure(swapped).id()).isEqualTo("pcr_validation.invalid_pcr_16");
        assertThat(swapped.nextState()).isEqualTo(known());
        assertThat(swapped.quote()).isPresent();
    }

    @Test
    void aLineEndMakesAnotherTransportKey() {
        Appraisal appraisal = Appraiser.appraise(
                asked(answer(quote(SECOND, PEM, Map.of()), PEM.strip())), reference("{\"mask\":\"0x0\"}"), known());

        assertThat(onlyFailure(appraisal).id()).isEqualTo("pcr_validation.invalid_pcr_16");
    }

    @Test
    void incompleteAnswersAreIrrecoverable() {
        ReferenceValues reference = reference("{\"mask\":\"0x0\"}");
        String quote = quote(FIRST, PEM, Map.of());

        Failure noQuote = onlyFailure(Appraiser.appraise(asked(answer(null, PEM)), reference, AppraisalState.NEW));
        Failure noKey = onlyFailure(Appraiser.appraise(asked(answer(quote, null)), reference, AppraisalState.NEW));
        Failure hugeKey = onlyFailure(
                Appraiser.appraise(asked(answer(quote, "x".repeat(1_000_000))), reference, AppraisalState.NEW));

        assertThat(noQuote.id()).isEqualTo("qoute_validation.invalid_data");
        assertThat(noKey.id()).isEqualTo("qoute_validation.no_pubkey");
        assertThat(hugeKey.id()).isEqualTo("qoute_validation.invalid_data");
        assertThat(List.of(noQuote, noKey, hugeKey)).noneMatch(Failure::recoverable);
    }

    @ParameterizedTest
    @CsvSource({
        "sha1, rsa, rsassa, invalid_hash_alg",
        "'', rsa, rsassa, invalid_hash_alg",
        ", rsa, rsassa, invalid_hash_alg",
        "sm3_256, rsa, rsassa, invalid_hash_alg",
        "sha256, rsa3072, rsassa, invalid_enc_alg",
        "sha256, , rsassa, invalid_enc_alg",
        "sha256, rsa, ecdsa, invalid_sign_alg",
        "sha256, rsa, , invalid_sign_alg",
        "sha256, rsa, ecschnorr, invalid_sign_alg", // accepted, but this key does not sign so
        "sha256, rsa2048, rsassa, ",
        "sha512, rsa, rsassa, quote_validation" // accepted, but the quote is by SHA-256
    })
    void algorithmNamesMustBeAcceptedAndTrue(String hash, String encryption, String signing, String failure) {
        QuoteAnswer answer = new QuoteAnswer(quote(FIRST, PEM, Map.of()), hash, encryption, signing, PEM);

        Appraisal appraisal = Appraiser.appraise(asked(answer), reference("{\"mask\":\"0x0\"}"), AppraisalState.NEW);

        if (failure == null) {
            assertThat(appraisal.passed()).isTrue();
        } else {
            Failure found = onlyFailure(appraisal);
            assertThat(found.id()).isEqualTo("qoute_validation." + failure);
            assertThat(found.recoverable()).isFalse();
            assertThat(appraisal.nextState().algorithms().isPresent()).isEqualTo(failure.equals("quote_validation"));
            String option = Map.of(
                            "invalid_hash_alg", "accept_tpm_hash_algs",
                            "invalid_enc_alg", "accept_tpm_encryption_algs",
                            "invalid_sign_alg", "accept_tpm_signing_algs")
                    .getOrDefault(failure, "");
            if (found.sentence().contains("not among those accepted")) {
                assertThat(found.likelyCauses().getFirst()).contains(option, "tenant.conf");
            }
        }
    }

    @Test
    void aHostileAlgorithmNameIsShownShortAndPlain() {
        QuoteAnswer answer = new QuoteAnswer("r", "\u001b[31m<script>".repeat(10_000), "rsa", "rsassa", PEM);

        Failure failure =
                onlyFailure(Appraiser.appraise(asked(answer), reference("{\"mask\":\"0x0\"}"), AppraisalState.NEW));

        assertThat(failure.sentence())
                .hasSizeLessThan(300)
                .doesNotContain("\u001b")
                .doesNotContain("<");
    }

    @ParameterizedTest
    @CsvSource({
        "1001, 3, 1, true, PASSED",
        "1001, 3, 2, true, PASSED", // resumed
        "1000, 3, 1, true, FAILED", // did not advance
        "999, 3, 1, true, FAILED",
        "1001, 3, 1, false, FAILED", // not safe
        "1001, 3, 0, true, FAILED", // fewer resumes in the same boot
        "1001, 2, 1, true, FAILED", // fewer boots
        "1001, 2, 9, true, FAILED",
        "1001, 4, 0, true, PASSED", // rebooted: the resume counter starts again
        "1001, 4, 2, true, PASSED",
        "1000, 4, 0, true, FAILED", // rebooted, but the clock did not advance
        "999, 4, 5, true, FAILED",
        "1001, 4, 0, false, FAILED",
        "-1, 3, 1, true, PASSED" // unsigned: a very late clock
    })
    void clocks(long clock, long resets, long restarts, boolean safe, Verdict verdict) {
        ClockInfo now = new ClockInfo(clock, resets, restarts, safe);

        Appraisal appraisal = Appraiser.appraise(
                asked(answer(quote(now, PEM, Map.of()), PEM)), reference("{\"mask\":\"0x0\"}"), known());

        assertThat(appraisal.verdict()).isEqualTo(verdict);
        if (verdict == Verdict.FAILED) {
            assertThat(onlyFailure(appraisal).id()).isEqualTo("qoute_validation.quote_validation");
            assertThat(appraisal.nextState().clock()).isEqualTo(FIRST);
        } else {
            assertThat(appraisal.nextState().clock()).isEqualTo(now);
        }
    }

    @Test
    void aClockThatIsNotSafeComesWithAdvice() {
        Appraisal lost = Appraiser.appraise(
                asked(answer(quote(new ClockInfo(1001, 3, 1, false), PEM, Map.of()), PEM)),
                reference("{\"mask\":\"0x0\"}"),
                known());
        assertThat(lost.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.sentence())
                        .contains("power was lost", "70 minutes", "tenant -c reactivate"));
    }

    @Test
    void theSameQuoteTwiceFails() {
        QuoteAnswer answer = answer(quote(FIRST, PEM, Map.of()), PEM);
        ReferenceValues reference = reference("{\"mask\":\"0x0\"}");
        AppraisalState after =
                Appraiser.appraise(asked(answer), reference, AppraisalState.NEW).nextState();

        assertThat(onlyFailure(Appraiser.appraise(asked(answer), reference, after))
                        .sentence())
                .contains("clock has not advanced");
    }

    @Test
    void aRebootSeenFromTheMiddleOfAListIsAskedAgainFromTheFirstEntry() {
        ClockInfo rebooted = new ClockInfo(5_000, 4, 0, true);
        AppraisalState inTheMiddle = new AppraisalState(
                FIRST, 4, Optional.of(PEM), known().algorithms(), ImaStates.at(17), JudgedBy.NOTHING);
        QuoteAnswer answer = answer(quote(rebooted, PEM, Map.of(22, "aa".repeat(32))), PEM);
        ReferenceValues reference = reference("{\"22\":[\"" + "bb".repeat(32) + "\"],\"mask\":\"0x400000\"}");

        Appraisal first = Appraiser.appraise(
                new Evidence(new QuoteRequest(NONCE, PcrMask.of(22), 17), answer), reference, inTheMiddle);

        assertThat(first.verdict()).isEqualTo(Verdict.ASK_AGAIN_FROM_FIRST_ENTRY);
        assertThat(first.failures()).as("no verdict, not even a bad one").isEmpty();
        assertThat(first.nextState().nextImaEntry()).isZero();
        assertThat(first.nextState().clock()).as("nothing is believed yet").isEqualTo(FIRST);
        assertThat(first.nextState().attestationCount()).isEqualTo(4);

        ClockInfo later = new ClockInfo(5_010, 4, 0, true);
        QuoteAnswer again = answer(quote(later, PEM, Map.of(22, "bb".repeat(32))), PEM);
        Appraisal second = Appraiser.appraise(
                new Evidence(new QuoteRequest(NONCE, PcrMask.of(22), 0), again), reference, first.nextState());

        assertThat(second.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(second.nextState().clock()).isEqualTo(later);
    }

    @Test
    void aForgedRebootIsNoReboot() {
        String forged = quote(new ClockInfo(5_000, 4, 0, true), PEM, Map.of()).replaceFirst("^r/1RD", "r/1RE");

        Appraisal appraisal = Appraiser.appraise(
                new Evidence(new QuoteRequest(NONCE, PcrMask.NONE, 17), answer(forged, PEM)),
                reference("{\"mask\":\"0x0\"}"),
                known());

        assertThat(onlyFailure(appraisal).id()).isEqualTo("qoute_validation.quote_validation");
        assertThat(appraisal.quote()).isEmpty();
    }

    @Test
    void everyPcrThatDiffersIsReported() {
        String policy =
                "{\"7\":[\"" + "aa".repeat(32) + "\"],\"22\":[\"" + "bb".repeat(32) + "\"],\"mask\":\"0x400080\"}";
        String quote = quote(FIRST, PEM, Map.of(7, "00".repeat(32), 22, "bb".repeat(32)));
        String both = quote(FIRST, "another key", Map.of(7, "00".repeat(32), 22, "cc".repeat(32)));

        Failure one = onlyFailure(Appraiser.appraise(asked(answer(quote, PEM)), reference(policy), AppraisalState.NEW));
        Appraisal three = Appraiser.appraise(asked(answer(both, PEM)), reference(policy), AppraisalState.NEW);

        assertThat(one.id()).isEqualTo("pcr_validation.invalid_pcr_7");
        assertThat(one.context()).containsEntry("got", "00".repeat(32));
        assertThat(three.failures().stream().map(Failure::id))
                .containsExactly(
                        "pcr_validation.invalid_pcr_16",
                        "pcr_validation.invalid_pcr_7",
                        "pcr_validation.invalid_pcr_22");
    }

    @Test
    void anAnswerForFewerPcrsThanAskedIsNoQuote() {
        String policy = "{\"7\":[\"" + "aa".repeat(32) + "\"],\"mask\":\"0x80\"}";

        Failure failure = onlyFailure(Appraiser.appraise(
                asked(answer(quote(FIRST, PEM, Map.of()), PEM)), reference(policy), AppraisalState.NEW));

        assertThat(failure.id()).isEqualTo("qoute_validation.quote_validation");
        assertThat(failure.context()).containsEntry("reason", "MISSING_PCRS");
    }

    @ParameterizedTest
    @CsvSource({"''", "r", "rAAAA:AAAA:AAAA", "garbage"})
    void unreadableQuotesAreIrrecoverable(String quote) {
        Failure failure = onlyFailure(
                Appraiser.appraise(asked(answer(quote, PEM)), reference("{\"mask\":\"0x0\"}"), AppraisalState.NEW));

        assertThat(failure.id()).isEqualTo("qoute_validation.quote_validation");
        assertThat(failure.recoverable()).isFalse();
    }

    @Test
    void aPolicyThatAsksForImaIsNotTakenOn() {
        assertThatThrownBy(() -> reference("{\"mask\":\"0x400\"}")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ecdsaIsAcceptedWhereTheListsSaySo() {
        SoftAttestationKey ecc = SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);
        Octets bound = TransportKeyBinding.pcr16(HashAlgorithm.SHA256, PEM);
        String quote = ecc.quote(
                        ProtocolVectors.ascii(NONCE), PcrValues.of(HashAlgorithm.SHA256, Map.of(16, bound)), FIRST)
                .format();
        QuoteAnswer answer = new QuoteAnswer(quote, "sha256", "ecc256", "ecdsa", PEM);
        AcceptedAlgorithms wide = new AcceptedAlgorithms(List.of("sha256"), List.of("ecc"), List.of("ecdsa"));
        AttestationKey key = AttestationKey.of(ecc.publicArea());

        assertThat(Appraiser.appraise(
                                asked(answer), new ReferenceValues(key, wide, TpmPolicy.EMPTY), AppraisalState.NEW)
                        .passed())
                .isTrue();
        assertThat(onlyFailure(Appraiser.appraise(
                                asked(answer),
                                new ReferenceValues(key, AcceptedAlgorithms.KEYLIME_DEFAULT, TpmPolicy.EMPTY),
                                AppraisalState.NEW))
                        .id())
                .isEqualTo("qoute_validation.invalid_sign_alg");
    }
}

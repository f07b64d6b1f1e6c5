package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.QuoteRejectedException;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.VerifiedQuote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appraises one answer of a machine: a pure function of evidence, reference values and what was known before.
 *
 * <p>The order is that of trust. First what the answer says about itself (is there a quote, are its algorithms
 * accepted, is there a transport key); then whether the quote is authentic ({@link QuoteVerifier}); then whether it is
 * newer than the last one; and only then what it proves: PCR 16 binds the transport key, PCR 10 the measurement list, the
 * PCRs of the boot its log, the others fit the TPM policy. A failure of the first three steps ends the appraisal, since what follows would judge unproved numbers.
 *
 * <p>Nothing an unproved answer says is remembered, except the algorithm names it used. The transport key and the clock
 * become known only when everything passed.
 *
 * <p>An authentic quote with a greater resetCount is a reboot. If the answer starts at a later IMA entry than 0 it
 * belongs to the boot before, so there is no verdict on it: the state starts over and the machine is asked again.
 */
public final class Appraiser {
    /** No transport key in PEM is longer (RSA-16384 is 2.8 KiB). */
    private static final int MAX_TRANSPORT_KEY = 8 * 1024;

    private Appraiser() {}

    /** Appraises one answer. */
    public static Appraisal appraise(Evidence evidence, ReferenceValues reference, AppraisalState before) {
        QuoteAnswer answer = evidence.answer();
        String quoteText = answer.quote();
        if (quoteText == null) {
            return failed(before, QuoteFailures.noQuote());
        }
        String sentKey = answer.transportKey();
        if (sentKey != null && sentKey.length() > MAX_TRANSPORT_KEY) {
            return failed(before, QuoteFailures.transportKeyTooLong(sentKey.length()));
        }
        Optional<String> transportKey = sentKey == null ? before.transportKey() : Optional.of(sentKey);
        if (transportKey.isEmpty()) {
            return failed(before, QuoteFailures.noTransportKey());
        }
        QuoteAlgorithms names = new QuoteAlgorithms(
                text(answer.hashAlgorithm()), text(answer.encryptionAlgorithm()), text(answer.signingAlgorithm()));
        Optional<Failure> refused = refuse(names, reference);
        if (refused.isPresent()) {
            return failed(before, refused.get());
        }
        return appraiseQuote(evidence, quoteText, transportKey.get(), reference, before.withAlgorithms(names), names);
    }

    private static Optional<Failure> refuse(QuoteAlgorithms names, ReferenceValues reference) {
        if (!reference.accepted().acceptsHash(names.hash())) {
            return Optional.of(QuoteFailures.algorithmNotAccepted(
                    "invalid_hash_alg",
                    "hash algorithm",
                    "accept_tpm_hash_algs",
                    names.hash(),
                    reference.accepted().hashes()));
        }
        if (!reference.accepted().acceptsEncryption(names.encryption())) {
            return Optional.of(QuoteFailures.algorithmNotAccepted(
                    "invalid_enc_alg",
                    "key algorithm",
                    "accept_tpm_encryption_algs",
                    names.encryption(),
                    reference.accepted().encryption()));
        }
        if (!reference.accepted().acceptsSigning(names.signing())) {
            return Optional.of(QuoteFailures.algorithmNotAccepted(
                    "invalid_sign_alg",
                    "signature scheme",
                    "accept_tpm_signing_algs",
                    names.signing(),
                    reference.accepted().signing()));
        }
        // The list is about what is used, not about what is said to be used.
        String actual = reference.attestationKey().quoteScheme().wireName();
        return names.signing().equals(actual)
                ? Optional.empty()
                : Optional.of(QuoteFailures.schemeOfAnotherKey(names.signing(), actual));
    }

    private static Appraisal appraiseQuote(
            Evidence evidence,
            String quoteText,
            String transportKey,
            ReferenceValues reference,
            AppraisalState known,
            QuoteAlgorithms names) {
        QuoteRequest request = evidence.request();
        VerifiedQuote quote;
        try {
            quote = QuoteVerifier.verify(
                    reference.attestationKey(),
                    QuoteText.parse(quoteText),
                    request.nonce().getBytes(StandardCharsets.UTF_8),
                    HashAlgorithm.fromWireName(names.hash()).orElseThrow(),
                    request.mask().union(reference.mask()));
        } catch (TpmFormatException e) {
            return failed(known, QuoteFailures.unreadable(e.sentence()));
        } catch (QuoteRejectedException e) {
            return failed(known, QuoteFailures.rejected(e));
        }
        return switch (ClockCheck.compare(known.clock(), quote.clock())) {
            case ClockCheck.Outcome.Broken broken ->
                new Appraisal(Verdict.FAILED, List.of(broken.failure()), known, Optional.of(quote));
            case ClockCheck.Outcome.Rebooted rebooted
            when request.imaEntry() != 0 ->
                new Appraisal(Verdict.ASK_AGAIN_FROM_FIRST_ENTRY, List.of(), known.rebooted(), Optional.of(quote));
            case ClockCheck.Outcome.Rebooted rebooted ->
                judge(evidence, quote, transportKey, reference, known.rebooted());
            case ClockCheck.Outcome.Continued continued -> judge(evidence, quote, transportKey, reference, known);
        };
    }

    private static Appraisal judge(
            Evidence evidence,
            VerifiedQuote quote,
            String transportKey,
            ReferenceValues reference,
            AppraisalState known) {
        Optional<BootExpectation> expected = reference.boot();
        Optional<BootAppraisal> boot = expected.map(by -> BootAppraiser.appraise(
                evidence.answer().bootLog(), quote.pcrs(), by, reference.tpmPolicy(), known.bootJudged(by)));
        List<Failure> failures =
                new ArrayList<>(boot.map(BootAppraisal::logFailures).orElse(List.of()));
        failures.addAll(PcrCheck.binding(quote.pcrs(), transportKey));
        ImaState imaIfPassed = known.ima();
        boolean imaFailed = false;
        if (reference.ima().isPresent()) {
            ImaReference by = reference.ima().get();
            switch (list(evidence, quote, reference, known)) {
                case ListToJudge.None(Failure failure) -> {
                    failures.add(failure);
                    imaFailed = true;
                }
                case ListToJudge.AskAgain _ -> {
                    return new Appraisal(
                            Verdict.ASK_AGAIN_FROM_FIRST_ENTRY,
                            List.of(),
                            known.fromFirstImaEntry(),
                            Optional.of(quote));
                }
                case ListToJudge.Ready(ImaEvidence list, ImaState start) -> {
                    ImaAppraisal ima = ImaAppraiser.appraise(
                            list,
                            boot.map(log -> by.withAggregatesOf(log.bootAggregates()))
                                    .orElse(by),
                            start,
                            known.nextImaEntry());
                    failures.addAll(ima.failures());
                    imaFailed = !ima.passed();
                    imaIfPassed = ima.nextState();
                }
            }
        }
        failures.addAll(boot.map(BootAppraisal::pcrFailures).orElse(List.of()));
        failures.addAll(PcrCheck.policy(
                quote.pcrs(),
                boot.map(log -> reference.tpmPolicy().without(log.judged())).orElse(reference.tpmPolicy())));
        failures.addAll(boot.map(BootAppraisal::policyFailures).orElse(List.of()));
        if (failures.isEmpty()) {
            JudgedBy by = new JudgedBy(
                    reference.imaMark(), expected.map(BootExpectation::mark).orElse(""));
            return new Appraisal(
                    Verdict.PASSED,
                    List.of(),
                    known.passed(quote.clock(), transportKey, imaIfPassed, by),
                    Optional.of(quote));
        }
        return new Appraisal(
                Verdict.FAILED, failures, imaFailed ? known.fromFirstImaEntry() : known, Optional.of(quote));
    }

    /** What there is to be judged of a measurement list. */
    private sealed interface ListToJudge {
        /** A list, and from where it goes on. */
        record Ready(ImaEvidence list, ImaState start) implements ListToJudge {}

        /** It begins where nothing is known of the entries before. */
        record AskAgain() implements ListToJudge {}

        /** There is none, or it is not the one that was asked for. */
        record None(Failure failure) implements ListToJudge {}
    }

    private static ListToJudge list(
            Evidence evidence, VerifiedQuote quote, ReferenceValues reference, AppraisalState known) {
        ImaAnswer list = evidence.answer().ima();
        if (list == null) {
            return new ListToJudge.None(PcrCheck.listMissing());
        }
        long asked = evidence.request().imaEntry();
        if (list.firstEntry() != 0 && list.firstEntry() != asked) {
            return new ListToJudge.None(QuoteFailures.wrongImaEntry(list.firstEntry(), asked));
        }
        HashAlgorithm bank = quote.pcrs().bank();
        ImaState start = list.firstEntry() == 0 ? ImaState.NEW : known.ima(reference);
        return start.nextEntry() == list.firstEntry() && start.fits(bank)
                ? new ListToJudge.Ready(
                        new ImaEvidence(
                                list.list().getBytes(StandardCharsets.UTF_8),
                                bank,
                                quote.pcrs().value(TpmPolicy.IMA_PCR)),
                        start)
                : new ListToJudge.AskAgain();
    }

    private static Appraisal failed(AppraisalState state, Failure failure) {
        return new Appraisal(Verdict.FAILED, List.of(failure), state, Optional.empty());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}

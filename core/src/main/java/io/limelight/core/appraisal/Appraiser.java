package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
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
 * other PCRs fit the policy. A failure of the first three steps ends the appraisal, since what follows would judge unproved numbers.
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
                    names.hash(),
                    reference.accepted().hashes()));
        }
        if (!reference.accepted().acceptsEncryption(names.encryption())) {
            return Optional.of(QuoteFailures.algorithmNotAccepted(
                    "invalid_enc_alg",
                    "key algorithm",
                    names.encryption(),
                    reference.accepted().encryption()));
        }
        if (!reference.accepted().acceptsSigning(names.signing())) {
            return Optional.of(QuoteFailures.algorithmNotAccepted(
                    "invalid_sign_alg",
                    "signature scheme",
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
                    required(request, reference));
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
                new Appraisal(
                        Verdict.ASK_AGAIN_FROM_FIRST_ENTRY, List.of(), known.fromFirstImaEntry(), Optional.of(quote));
            case ClockCheck.Outcome.Rebooted rebooted ->
                judge(evidence, quote, transportKey, reference, known.fromFirstImaEntry());
            case ClockCheck.Outcome.Continued continued -> judge(evidence, quote, transportKey, reference, known);
        };
    }

    /** A list that is to be judged is proved by PCR 10 and by nothing else: a quote without it must not pass for one with it. */
    private static PcrMask required(QuoteRequest request, ReferenceValues reference) {
        PcrMask asked = request.mask().union(reference.tpmPolicy().mask());
        return reference.ima().isPresent() ? asked.with(TpmPolicy.IMA_PCR) : asked;
    }

    private static Appraisal judge(
            Evidence evidence,
            VerifiedQuote quote,
            String transportKey,
            ReferenceValues reference,
            AppraisalState known) {
        List<Failure> failures = new ArrayList<>(PcrCheck.binding(quote.pcrs(), transportKey));
        Optional<Octets> pcr10 = quote.pcrs().value(TpmPolicy.IMA_PCR);
        ImaState imaIfPassed = known.ima();
        boolean imaFailed = false;
        if (reference.ima().isPresent() && pcr10.isPresent()) {
            ImaAnswer list = evidence.answer().ima();
            long asked = evidence.request().imaEntry();
            ImaState start = list == null || list.firstEntry() == 0 ? ImaState.NEW : known.ima();
            if (list == null) {
                failures.add(PcrCheck.listMissing());
                imaFailed = true;
            } else if (list.firstEntry() != 0 && list.firstEntry() != asked) {
                failures.add(QuoteFailures.wrongImaEntry(list.firstEntry(), asked));
                imaFailed = true;
            } else if (start.nextEntry() != list.firstEntry()
                    || !start.fits(quote.pcrs().bank())) {
                return new Appraisal(
                        Verdict.ASK_AGAIN_FROM_FIRST_ENTRY, List.of(), known.fromFirstImaEntry(), Optional.of(quote));
            } else {
                ImaAppraisal ima = ImaAppraiser.appraise(
                        new ImaEvidence(
                                list.list().getBytes(StandardCharsets.UTF_8),
                                quote.pcrs().bank(),
                                pcr10),
                        reference.ima().get(),
                        start);
                failures.addAll(ima.failures());
                imaFailed = !ima.passed();
                imaIfPassed = ima.nextState();
            }
        }
        failures.addAll(PcrCheck.policy(quote.pcrs(), reference.tpmPolicy()));
        return failures.isEmpty()
                ? new Appraisal(
                        Verdict.PASSED,
                        List.of(),
                        known.with(imaIfPassed).passed(quote.clock(), transportKey),
                        Optional.of(quote))
                : new Appraisal(
                        Verdict.FAILED, failures, imaFailed ? known.fromFirstImaEntry() : known, Optional.of(quote));
    }

    private static Appraisal failed(AppraisalState state, Failure failure) {
        return new Appraisal(Verdict.FAILED, List.of(failure), state, Optional.empty());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}

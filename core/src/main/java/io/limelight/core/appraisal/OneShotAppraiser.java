package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.appraisal.ima.ImaAppraiser;
import io.limelight.core.appraisal.ima.ImaEvidence;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.QuoteRejectedException;
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.QuoteVerifier;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.VerifiedQuote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appraises evidence that nobody asked a machine for just now: files that lie somewhere. A pure function, as
 * {@link Appraiser}; but nothing is known of an earlier answer, so there is no clock to compare, and no transport key is bound.
 *
 * <p>Everything hangs on PCR values. They are those of a quote, which is verified first and ends the appraisal if it is not
 * good; or they are simply given, and then the verdict says no more than that logs and values fit together. All other checks
 * go on after a failure, in the order of an attestation (policies.md §6.4). One is added: a list of which PCR 10 proves no row
 * is not believed, as no later quote will cover it.
 */
public final class OneShotAppraiser {
    private static final int IMA_PCR = 10;

    private OneShotAppraiser() {}

    /** Where the PCR values come from. */
    public sealed interface Proof {
        /**
         * A quote.
         *
         * @param key of the TPM that is said to have made it
         * @param text as agents send it
         * @param nonce that it has to answer: its text in UTF-8, or the bytes it is base64 of
         * @param hash of its signature
         * @param bank of its PCRs; agents have one algorithm for both
         */
        record Quoted(AttestationKey key, String text, String nonce, HashAlgorithm hash, HashAlgorithm bank)
                implements Proof {}

        /** Values that somebody gives and nobody proves. */
        record Given(PcrValues values) implements Proof {}

        /**
         * Values of the quote of an attestation, which the caller has verified. Others follow it, so a list may run ahead of it
         * as far as it likes: what no quote covers yet comes again.
         */
        record Attested(PcrValues values) implements Proof {}
    }

    /**
     * A boot log and what it is judged by.
     *
     * @param log the bytes of {@code binary_bios_measurements}; empty if there is none, which is a failure where it is judged
     * @param reference its policy with a reference state
     */
    public record Boot(Optional<Octets> log, BootReference reference) {}

    /**
     * A measurement list and what it is judged by.
     *
     * @param list as the kernel prints it; not copied
     * @param reference policy and keys, without boot aggregates, which follow from the boot log
     */
    // Large, read where it is, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record Ima(byte[] list, ImaReference reference) {}

    /**
     * What came of it.
     *
     * @param failures in their order; empty if everything is good
     * @param unlisted further failures, of the kinds that are listed
     * @param quote what the quote proved; empty without one that is good
     * @param boot what became of the boot log, if there was one and PCRs to compare it with
     * @param ima what became of the measurement list, with the same condition
     */
    public record Outcome(
            List<Failure> failures,
            long unlisted,
            Optional<VerifiedQuote> quote,
            Optional<BootAppraisal> boot,
            Optional<ImaAppraisal> ima) {
        /** Copies the list. */
        public Outcome {
            failures = List.copyOf(failures);
        }

        /** True without failures. */
        public boolean passed() {
            return failures.isEmpty();
        }
    }

    /** Appraises. */
    public static Outcome appraise(Proof proof, TpmPolicy tpmPolicy, @Nullable Boot boot, @Nullable Ima ima) {
        return switch (proof) {
            case Proof.Given(PcrValues values) -> judge(values, Optional.empty(), tpmPolicy, boot, ima, false);
            case Proof.Attested(PcrValues values) -> judge(values, Optional.empty(), tpmPolicy, boot, ima, true);
            case Proof.Quoted quoted -> {
                VerifiedQuote quote;
                try {
                    quote = verified(quoted, needed(tpmPolicy, boot, ima));
                } catch (TpmFormatException e) {
                    yield ended(QuoteFailures.unreadable(e.sentence()));
                } catch (QuoteRejectedException e) {
                    yield ended(QuoteFailures.rejected(e));
                }
                yield judge(quote.pcrs(), Optional.of(quote), tpmPolicy, boot, ima, false);
            }
        };
    }

    /** The nonce is compared as text first, as Keylime does (policies.md §1.6), and then as the bytes it may be base64 of. */
    private static VerifiedQuote verified(Proof.Quoted quoted, PcrMask needed)
            throws TpmFormatException, QuoteRejectedException {
        QuoteText text = QuoteText.parse(quoted.text());
        try {
            byte[] nonce = quoted.nonce().getBytes(StandardCharsets.UTF_8);
            return QuoteVerifier.verifyUnbound(quoted.key(), text, nonce, quoted.hash(), quoted.bank(), needed);
        } catch (QuoteRejectedException e) {
            byte[] nonce =
                    e.reason() == QuoteRejectedException.Reason.WRONG_NONCE ? decoded(quoted.nonce()) : new byte[0];
            // Nothing at all is no nonce: any quote that was made without one would answer it.
            if (nonce.length == 0) {
                throw e;
            }
            return QuoteVerifier.verifyUnbound(quoted.key(), text, nonce, quoted.hash(), quoted.bank(), needed);
        }
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static Outcome ended(Failure failure) {
        return new Outcome(List.of(failure), 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** PCRs without which the quote proves nothing of what is to be judged. */
    private static PcrMask needed(TpmPolicy tpmPolicy, @Nullable Boot boot, @Nullable Ima ima) {
        PcrMask needed = PcrMask.NONE;
        for (int pcr : tpmPolicy.allowed().keySet()) {
            needed = needed.with(pcr);
        }
        if (boot != null) {
            needed = needed.union(boot.reference().policy().relevantPcrs().orElse(PcrMask.NONE));
        }
        return ima == null ? needed : needed.with(IMA_PCR);
    }

    private static Outcome judge(
            PcrValues pcrs,
            Optional<VerifiedQuote> quote,
            TpmPolicy tpmPolicy,
            @Nullable Boot boot,
            @Nullable Ima ima,
            boolean moreToCome) {
        if (ima != null && pcrs.value(IMA_PCR).isEmpty()) {
            throw new IllegalArgumentException("a measurement list needs PCR 10");
        }
        Optional<BootAppraisal> booted = boot == null
                ? Optional.empty()
                : Optional.of(BootAppraiser.appraise(
                        boot.log().map(Octets::toByteArray).orElse(null),
                        pcrs,
                        boot.reference(),
                        tpmPolicy,
                        MeasuredBootEvaluate.ALWAYS,
                        0));
        Optional<ImaAppraisal> measured = ima == null ? Optional.empty() : Optional.of(judge(ima, pcrs, booted));
        List<Failure> failures = new ArrayList<>();
        booted.ifPresent(result -> failures.addAll(result.logFailures()));
        measured.ifPresent(result -> {
            failures.addAll(result.failures());
            if (!moreToCome) {
                UnprovedList.failure(result).ifPresent(failures::add);
            }
        });
        booted.ifPresent(result -> failures.addAll(result.pcrFailures()));
        failures.addAll(PcrCheck.policy(
                pcrs, tpmPolicy.without(booted.map(BootAppraisal::judged).orElse(PcrMask.NONE))));
        booted.ifPresent(result -> failures.addAll(result.policyFailures()));
        return new Outcome(failures, measured.map(ImaAppraisal::unlisted).orElse(0L), quote, booted, measured);
    }

    private static ImaAppraisal judge(Ima ima, PcrValues pcrs, Optional<BootAppraisal> booted) {
        return ImaAppraiser.appraise(
                new ImaEvidence(ima.list(), pcrs.bank(), pcrs.value(IMA_PCR)),
                booted.map(result -> ima.reference().withAggregatesOf(result.bootAggregates()))
                        .orElse(ima.reference()),
                ImaState.NEW);
    }
}

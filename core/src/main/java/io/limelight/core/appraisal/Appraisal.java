package io.limelight.core.appraisal;

import io.limelight.core.failure.Failure;
import io.limelight.core.tpm.VerifiedQuote;
import java.util.List;
import java.util.Optional;

/**
 * What became of one piece of evidence.
 *
 * @param verdict how it ended
 * @param failures in the order found; empty unless the verdict is {@link Verdict#FAILED}
 * @param nextState what to remember; after a failure only the accepted algorithm names differ from before
 * @param quote what the quote proved, if it is authentic, whatever the verdict
 */
public record Appraisal(
        Verdict verdict, List<Failure> failures, AppraisalState nextState, Optional<VerifiedQuote> quote) {
    /** Copies the list and checks that it fits the verdict. */
    public Appraisal {
        failures = List.copyOf(failures);
        if ((verdict == Verdict.FAILED) == failures.isEmpty()) {
            throw new IllegalArgumentException("failures and verdict do not fit");
        }
    }

    /** True if everything passed. */
    public boolean passed() {
        return verdict == Verdict.PASSED;
    }
}

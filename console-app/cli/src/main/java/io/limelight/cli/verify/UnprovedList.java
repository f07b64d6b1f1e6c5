package io.limelight.cli.verify;

import io.limelight.core.appraisal.OneShotAppraiser.Outcome;
import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A list that has rows, none of which the PCR proves. A verifier lets that pass, as Keylime's does: the rows will come again with
 * the next quote, which has to cover them. Files have no next quote; to pass here would be to believe a list that anybody wrote.
 */
final class UnprovedList {
    private UnprovedList() {}

    /** The outcome, with one failure more if it is such a list. */
    static Outcome refuse(Outcome outcome) {
        ImaAppraisal ima = outcome.ima().orElse(null);
        String mismatch = EventComponent.IMA.id("pcr_mismatch");
        if (ima == null
                || ima.entries() == 0
                || ima.proved() > 0
                || outcome.failures().stream().anyMatch(failure -> failure.id().equals(mismatch))) {
            return outcome;
        }
        List<Failure> failures = new ArrayList<>(outcome.failures());
        String sentence = "PCR 10 proves none of the " + ima.entries()
                + " entries of the IMA list: it holds the value that it has before the first of them.";
        failures.add(Failure.recoverable(
                mismatch,
                sentence,
                List.of(
                        "The list is of another machine, or was made up",
                        "The machine's kernel measures into another PCR bank than the one that is compared (--hash-alg)",
                        "The quote was made before the kernel measured anything"),
                Map.of("message", sentence)));
        return new Outcome(failures, outcome.unlisted(), outcome.quote(), outcome.boot(), outcome.ima());
    }
}

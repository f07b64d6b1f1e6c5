package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaAppraisal;
import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A list that has rows, none of which the PCR proves. An attestation lets that pass, as Keylime's does: the rows will come again
 * with the next quote, which has to cover them. Evidence that somebody brings has no next quote; to pass here would be to believe
 * a list that anybody wrote.
 */
final class UnprovedList {
    private static final String MISMATCH = EventComponent.IMA.id("pcr_mismatch");

    private UnprovedList() {}

    /** The failure, if it is such a list and is not refused for its PCR already. */
    static Optional<Failure> failure(ImaAppraisal ima) {
        if (ima.entries() == 0
                || ima.proved() > 0
                || ima.failures().stream().anyMatch(failure -> failure.id().equals(MISMATCH))) {
            return Optional.empty();
        }
        String sentence = "PCR 10 proves none of the " + ima.entries()
                + " entries of the IMA list: it holds the value that it has before the first of them.";
        return Optional.of(Failure.recoverable(
                MISMATCH,
                sentence,
                List.of(
                        "The list is of another machine, or was made up",
                        "The machine's kernel measures into another PCR bank than the one that is compared (hash_alg)",
                        "The quote was made before the kernel measured anything"),
                Map.of("message", sentence)));
    }
}

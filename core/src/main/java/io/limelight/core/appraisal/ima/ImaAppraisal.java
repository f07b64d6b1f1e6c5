package io.limelight.core.appraisal.ima;

import io.limelight.core.failure.Failure;
import java.util.List;

/**
 * What became of a list.
 *
 * @param failures in the order of the list, of each kind the first {@link #MAX_OF_A_KIND}; empty if it passed
 * @param unlisted further failures of the same kinds
 * @param entries how many entries the list had
 * @param proved so many of them, from the first on, the PCR proves: they lead to its value. 0 if none do, or without a PCR
 * @param nextState what to remember: after a failure, nothing
 */
public record ImaAppraisal(List<Failure> failures, long unlisted, long entries, long proved, ImaState nextState) {
    /** So many failures with the same event id are listed one by one. */
    public static final int MAX_OF_A_KIND = 50;

    /** Copies the list. */
    public ImaAppraisal {
        failures = List.copyOf(failures);
    }

    /** True without failures. */
    public boolean passed() {
        return failures.isEmpty();
    }
}

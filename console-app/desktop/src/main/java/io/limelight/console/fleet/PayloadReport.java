package io.limelight.console.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How far a machine's payload is, in its own words: a claim of that machine.
 *
 * @param stage its word for it
 * @param problem why it failed; empty: it did not
 * @param runningSince since when its script runs; empty: it does not
 * @param exit status of the script
 * @param secureSize room in its secure area; empty where not told
 * @param actionProblems what went wrong with revocation actions
 */
public record PayloadReport(
        String stage,
        String problem,
        Optional<String> runningSince,
        OptionalInt exit,
        String secureSize,
        List<String> actionProblems) {
    /** Copies. */
    public PayloadReport {
        actionProblems = List.copyOf(actionProblems);
    }
}

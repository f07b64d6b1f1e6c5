package io.limelight.console.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a machine proved.
 *
 * @param receivedAt when the quote came
 * @param source who tells it
 * @param verdict {@code passed}, {@code failed}; as told
 * @param quote as it came; may be empty
 * @param clock milliseconds, reset and restart count of the quote's clock; empty where unknown
 * @param ima rows of the IMA list, ASCII form, the first is entry 1; bounded
 * @param imaEntries how many the list has
 * @param imaCut the list is longer than what is kept
 * @param bootLog base64 of the binary log; empty: none
 * @param failures where this console appraised the evidence itself; empty otherwise
 */
public record KeptEvidence(
        Instant receivedAt,
        Source source,
        String verdict,
        String quote,
        Optional<Clock> clock,
        List<String> ima,
        long imaEntries,
        boolean imaCut,
        String bootLog,
        List<FailureSummary> failures) {

    /** Who tells it. */
    public enum Source {
        /** The verifier kept it. */
        VERIFIER,
        /** Asked of the machine now and appraised by this console. */
        APPRAISED_HERE
    }

    /**
     * A TPM's clock.
     *
     * @param milliseconds since the TPM was cleared
     * @param resets boots
     * @param restarts suspends
     */
    public record Clock(long milliseconds, long resets, long restarts) {}
}

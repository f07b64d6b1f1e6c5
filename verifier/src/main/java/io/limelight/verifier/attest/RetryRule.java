package io.limelight.verifier.attest;

import java.time.Duration;

/**
 * How often and after which waits a machine is tried again (wire reference §6.3).
 *
 * @param base seconds, or base of the power
 * @param exponential whether the wait before try <i>n</i> is base to the power of <i>n</i>
 * @param maxRetries tries after the first before the machine counts as unreachable
 */
public record RetryRule(double base, boolean exponential, int maxRetries) {
    /** A configured power may exceed any time there is; nobody waits longer than a day. */
    private static final double LONGEST_SECONDS = 86_400;

    /** The wait before try {@code attempt}, counted from 1. */
    public Duration delay(int attempt) {
        double seconds = exponential && base > 1 ? Math.pow(base, attempt) : base;
        return Duration.ofNanos(Math.round(Math.min(seconds, LONGEST_SECONDS) * 1e9));
    }
}

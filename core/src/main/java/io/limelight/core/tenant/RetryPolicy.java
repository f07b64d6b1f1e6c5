package io.limelight.core.tenant;

import java.time.Duration;

/**
 * How often something is tried, and how long is waited between tries ({@code max_retries}, {@code retry_interval},
 * {@code exponential_backoff}).
 *
 * @param attempts tries, at least 1
 * @param interval between tries, or the base of the power
 * @param exponential whether the wait after try <i>n</i> is the interval (in seconds) to the power of <i>n</i>, where that
 *     grows, as Keylime has it
 */
public record RetryPolicy(int attempts, Duration interval, boolean exponential) {
    /** No wait is longer, whatever the power comes to. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** Checks. */
    public RetryPolicy {
        if (attempts < 1 || interval.isNegative()) {
            throw new IllegalArgumentException("no retry policy: " + attempts + " times, every " + interval);
        }
    }

    /** The wait after a try that was in vain, counted from 1. */
    public Duration delayAfter(int attempt) {
        double seconds = interval.toNanos() / 1e9;
        if (exponential && seconds > 1) {
            seconds = Math.pow(seconds, attempt);
        }
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofNanos((long) (seconds * 1e9));
    }
}

package io.limelight.agent.registration;

import java.time.Duration;

/**
 * Waits between attempts: doubling from the first to the longest.
 *
 * @param first before the second attempt
 * @param longest at most
 * @param usualAttempts after so many retries Keylime's agent gives up; ours says so and goes on
 */
public record Backoff(Duration first, Duration longest, int usualAttempts) {
    /** The wait after this many failures, 1 or more. */
    public Duration after(int failures) {
        Duration wait = first;
        for (int i = 1; i < failures && wait.compareTo(longest) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}

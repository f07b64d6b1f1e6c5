package io.limelight.console.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * When a green light is too old to be one.
 *
 * @param limit a pass older than this is stale
 */
public record Staleness(Duration limit) {
    /** Five minutes: Keylime asks every two seconds, a busy verifier once a minute. */
    public static final Staleness USUAL = new Staleness(Duration.ofMinutes(5));

    /** True for a machine that stands trusted by a pass that is too old. One whose pass has no time is never fresh. */
    public boolean applies(Machine machine, Instant now) {
        if (machine.standing() != MachineState.TRUSTED) {
            return false;
        }
        Instant passed = machine.lastPass();
        return passed == null || Duration.between(passed, now).compareTo(limit) > 0;
    }
}

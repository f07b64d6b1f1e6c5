package io.limelight.console.fleet;

import java.time.Instant;
import java.util.List;

/**
 * Attestations and failures over time. A gap is a gap.
 *
 * @param steps in the order of time
 */
public record History(List<Step> steps) {
    /** Copies. */
    public History {
        steps = List.copyOf(steps);
    }

    /**
     * One step of time.
     *
     * @param from its beginning
     * @param recorded false: nothing is known of this time
     * @param passed attestations that passed
     * @param failed attestations that failed
     */
    public record Step(Instant from, boolean recorded, long passed, long failed) {}
}

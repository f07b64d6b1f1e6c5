package io.limelight.core.appraisal.ima;

/**
 * How far the last quote reached into the list that came with it. Lists are read after the quote, so they may run ahead; but a
 * quote that does not reach what was already there last time is held back.
 *
 * @param matched lines of the list the quote covered
 * @param entries entries the list had
 */
public record ImaProgress(long matched, long entries) {
    /** Whether the next quote fell short of what this one left over. */
    boolean isHeldBackBy(ImaProgress next) {
        long lag = entries - matched;
        return next.matched != next.entries && lag > 0 && next.matched < lag;
    }
}

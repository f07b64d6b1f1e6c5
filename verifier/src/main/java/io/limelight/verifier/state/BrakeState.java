package io.limelight.verifier.state;

import java.time.Instant;
import java.util.Optional;

/**
 * The brake on mass failures.
 *
 * @param engagedAt since when further notices are held; empty while they are sent
 * @param held how many are held
 * @param failing agents that failed within the window
 * @param threshold more than so many hold further notices
 */
public record BrakeState(Optional<Instant> engagedAt, long held, long failing, long threshold) {}

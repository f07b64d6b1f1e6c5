package io.limelight.console.connect;

import java.time.Duration;

/**
 * How long the doctor waits.
 *
 * @param step for a step that is one exchange
 */
public record DoctorLimits(Duration step) {
    /** Long enough for a server at the other end of the world under load, short enough to wait for. */
    public static final DoctorLimits USUAL = new DoctorLimits(Duration.ofSeconds(8));
}

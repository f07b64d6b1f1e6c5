package io.limelight.console.shell;

import io.limelight.console.fleet.FleetSnapshot.Light.Status;
import io.limelight.console.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * A light of the band.
 *
 * @param key names its word: {@code verifier}, {@code registrar}, {@code ca}
 * @param status on, off or not asked yet
 * @param detail beside it, translated: {@code 9 ms}; may be empty
 * @param problem why it is off
 */
public record Lamp(
        String key, Status status, String detail, @Nullable Problem problem) {}

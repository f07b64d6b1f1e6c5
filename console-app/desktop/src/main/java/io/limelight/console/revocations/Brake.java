package io.limelight.console.revocations;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether notices are held, since too many machines fail at once.
 *
 * @param engaged whether it holds
 * @param since when it began; null: it does not
 * @param held how many
 * @param failing machines that failed within the window
 * @param threshold more than so many engage it
 * @param windowSeconds the window
 */
public record Brake(
        boolean engaged, @Nullable Instant since, long held, long failing, long threshold, long windowSeconds) {
    /** It holds nothing. */
    public static final Brake FREE = new Brake(false, null, 0, 0, 0, 0);
}

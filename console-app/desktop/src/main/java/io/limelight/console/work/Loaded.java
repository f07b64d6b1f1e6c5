package io.limelight.console.work;

import io.limelight.console.problem.Problem;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that is fetched: the last good value stays while a newer one is on its way or did not come.
 *
 * @param value the last good one; null: there was none
 * @param at when it came
 * @param loading a newer one is on its way
 * @param problem why the last try was in vain; null: it was not
 * @param <T> what is fetched
 */
public record Loaded<T>(
        @Nullable T value,
        @Nullable Instant at,
        boolean loading,
        @Nullable Problem problem) {
    /** Nothing fetched and nothing on its way. */
    public static <T> Loaded<T> nothing() {
        return new Loaded<>(null, null, false, null);
    }

    /** On its way. */
    public Loaded<T> begun() {
        return new Loaded<>(value, at, true, null);
    }

    /** It came. */
    public Loaded<T> came(T next, Instant when) {
        return new Loaded<>(next, when, false, null);
    }

    /** It did not. */
    public Loaded<T> failed(Problem why) {
        return new Loaded<>(value, at, false, why);
    }

    /** The last good one. */
    public Optional<T> got() {
        return Optional.ofNullable(value);
    }
}

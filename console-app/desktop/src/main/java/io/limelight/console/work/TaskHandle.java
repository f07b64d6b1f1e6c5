package io.limelight.console.work;

import io.limelight.console.problem.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/** Work that was submitted: how it is, and a way to stop it. May be asked from any thread, never blocks. */
public interface TaskHandle<T extends @org.jspecify.annotations.Nullable Object> {
    /** How work is. */
    enum State {
        /** Under way. */
        RUNNING,
        /** Asked to stop, and has not yet. */
        STOPPING,
        /** It did what it should. */
        DONE,
        /** It did not; see {@link Status#problem}. */
        FAILED,
        /** It was stopped. */
        CANCELLED;

        /** Nothing more will happen. */
        public boolean over() {
            return this == DONE || this == FAILED || this == CANCELLED;
        }

        /** Names keys of words: {@code running}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * How it is at one moment.
     *
     * @param state running or how it ended
     * @param steps that were begun, the current one last; only the last hundred
     * @param fraction 0 to 1; empty: nobody knows
     * @param ended when; empty: not yet
     * @param problem why it failed
     */
    record Status(
            State state,
            List<String> steps,
            OptionalDouble fraction,
            Optional<Instant> ended,
            Optional<Problem> problem) {
        /** Copies. */
        public Status {
            steps = List.copyOf(steps);
        }

        /** What it does now, or did last; empty before the first step. */
        public String step() {
            return steps.isEmpty() ? "" : steps.getLast();
        }
    }

    /** Grows with every task of its {@link Tasks}. */
    long number();

    /** What is done, for people. */
    String title();

    /** When it began. */
    Instant started();

    /** How it is. */
    Status status();

    /** How long it took, or has taken by {@code now}. */
    default Duration duration(Instant now) {
        return Duration.between(started(), status().ended().orElse(now));
    }

    /** Asks it to stop; down to the socket. Of work that is over: nothing. */
    void cancel();

    /**
     * Its result. Completes after {@link #status} says that it is over; exceptionally with the exception of the work. On which thread what is
     * chained runs is the chainer's to say ({@code thenAcceptAsync(…, screen)}).
     */
    CompletableFuture<T> result();
}

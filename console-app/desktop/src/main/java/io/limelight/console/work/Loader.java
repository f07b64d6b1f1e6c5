package io.limelight.console.work;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one thing off the screen's thread and holds it for the screen. Used on the screen's thread. What is superseded or closed is
 * cancelled down to its socket and never shown.
 *
 * @param <T> what is fetched
 */
public final class Loader<T> implements AutoCloseable {
    private final Executor work;
    private final Executor screen;
    private final InstantSource clock;
    private final ReadOnlyObjectWrapper<Loaded<T>> state = new ReadOnlyObjectWrapper<>(Loaded.nothing());
    private @Nullable Cancellation running;

    /** Fetches nothing yet. */
    public Loader(Executor work, Executor screen, InstantSource clock) {
        this.work = work;
        this.screen = screen;
        this.clock = clock;
    }

    /**
     * How it is fetched; blocks.
     *
     * @param <T> what is fetched
     */
    @FunctionalInterface
    public interface Source<T> {
        /** Fetches. */
        T fetch(Cancellation cancellation) throws ProblemException;
    }

    /** How it stands. */
    public ReadOnlyObjectProperty<Loaded<T>> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** Fetches, unless it is on its way or what is there is younger than that. */
    public void loadIfOlder(Duration age, Source<T> source) {
        Loaded<T> now = state.get();
        Instant at = now.at();
        boolean young = at != null && Duration.between(at, clock.instant()).compareTo(age) < 0;
        if (now.loading() || young) {
            return;
        }
        load(source);
    }

    /** Fetches; what is on its way is broken off. */
    public void load(Source<T> source) {
        stop();
        Cancellation mine = new Cancellation();
        running = mine;
        state.set(state.get().begun());
        work.execute(() -> {
            try {
                T value = source.fetch(mine);
                screen.execute(() -> end(mine, state.get().came(value, clock.instant())));
            } catch (ProblemException e) {
                Problem problem = e.problem();
                screen.execute(() -> end(mine, state.get().failed(problem)));
            }
        });
    }

    private void end(Cancellation mine, Loaded<T> next) {
        if (running == mine) {
            running = null;
            state.set(next);
        }
    }

    /** Breaks off what is on its way and forgets what is there. */
    public void clear() {
        stop();
        state.set(Loaded.nothing());
    }

    private void stop() {
        Cancellation before = running;
        running = null;
        if (before != null) {
            // Tears down a socket, which may wait: not on the screen's thread.
            work.execute(before::cancel);
        }
    }

    @Override
    public void close() {
        clear();
    }
}

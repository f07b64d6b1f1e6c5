package io.limelight.console.work;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything long that the console does: each on a thread of its own, seen and stopped in one place, and still there when the dialog
 * that began it is closed. Those that are over are kept for a while, the last fifty.
 */
public final class Tasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);
    private static final int KEPT = 50;
    private static final int STEPS = 100;

    private final InstantSource clock;
    private final Executor work;
    private final Words words;
    private final List<Running<?>> tasks = new ArrayList<>();
    private final List<Consumer<TaskHandle<?>>> listeners = new CopyOnWriteArrayList<>();
    private long submitted;
    private boolean closed;

    /**
     * Without tasks.
     *
     * @param work runs each task at once, on a thread that may block: virtual threads
     */
    public Tasks(InstantSource clock, Executor work, Words words) {
        this.clock = clock;
        this.work = work;
        this.words = words;
    }

    /** Begins work. After {@link #close} it is cancelled before it began. */
    public <T extends @Nullable Object> TaskHandle<T> submit(String title, Work<T> todo) {
        Running<T> task;
        boolean refused;
        synchronized (this) {
            task = new Running<>(++submitted, title, clock.instant());
            refused = closed;
            tasks.add(task);
            forget();
        }
        if (refused) {
            task.cancellation.cancel();
        }
        tell(task);
        try {
            work.execute(() -> task.run(todo));
        } catch (java.util.concurrent.RejectedExecutionException e) {
            task.end(TaskHandle.State.CANCELLED, Optional.empty());
            task.result.completeExceptionally(new CancelledException());
        }
        return task;
    }

    /** All that are kept, the oldest first. */
    public synchronized List<TaskHandle<?>> list() {
        return List.copyOf(tasks);
    }

    /** How many are under way. */
    public synchronized long running() {
        return tasks.stream().filter(task -> !task.status().state().over()).count();
    }

    /** Forgets those that are over. */
    public void forgetEnded() {
        synchronized (this) {
            tasks.removeIf(task -> task.status().state().over());
        }
        listeners.forEach(listener -> list().forEach(listener));
    }

    /** Calls {@code listener}, on any thread, with every task that begins, changes or ends, until the result is closed. */
    public Registration subscribe(Consumer<TaskHandle<?>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** A listener's registration. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Cancels everything; waits for nothing. */
    @Override
    public void close() {
        List<Running<?>> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(tasks);
        }
        all.forEach(Running::cancel);
    }

    private void forget() {
        long over = tasks.stream().filter(task -> task.status().state().over()).count();
        for (var each = tasks.iterator(); over > KEPT && each.hasNext(); ) {
            if (each.next().status().state().over()) {
                each.remove();
                over--;
            }
        }
    }

    private void tell(TaskHandle<?> task) {
        for (Consumer<TaskHandle<?>> listener : listeners) {
            listener.accept(task);
        }
    }

    private final class Running<T extends @Nullable Object> implements TaskHandle<T>, Progress {
        private final long number;
        private final String title;
        private final Instant started;
        private final Cancellation cancellation = new Cancellation();
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private Status status =
                new Status(State.RUNNING, List.of(), OptionalDouble.empty(), Optional.empty(), Optional.empty());

        Running(long number, String title, Instant started) {
            this.number = number;
            this.title = title;
            this.started = started;
        }

        void run(Work<T> todo) {
            try {
                cancellation.throwIfCancelled();
                T done = todo.run(this, cancellation);
                end(State.DONE, Optional.empty());
                result.complete(done);
            } catch (CancelledException e) {
                end(State.CANCELLED, Optional.empty());
                result.completeExceptionally(e);
            } catch (ProblemException e) {
                // What was torn down on request fails in many ways; they are all what was asked for.
                if (cancellation.cancelled()) {
                    end(State.CANCELLED, Optional.empty());
                    result.completeExceptionally(new CancelledException());
                } else {
                    end(State.FAILED, Optional.of(e.problem()));
                    result.completeExceptionally(e);
                }
            } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
                LOG.warn("{} failed", title, e);
                end(cancellation.cancelled() ? State.CANCELLED : State.FAILED, Optional.of(unexpected(e)));
                result.completeExceptionally(e);
            }
        }

        private Problem unexpected(Throwable e) {
            return new Problem(
                    "work.unexpected",
                    words.of("problem.unexpected.what", title),
                    List.of(words.of("problem.unexpected.cause")),
                    List.of(words.of("problem.unexpected.do")),
                    e.getClass().getName());
        }

        void end(State state, Optional<Problem> problem) {
            synchronized (this) {
                status = new Status(state, status.steps(), status.fraction(), Optional.of(clock.instant()), problem);
            }
            tell(this);
        }

        @Override
        public void step(String stepTitle) {
            synchronized (this) {
                List<String> steps = new ArrayList<>(status.steps());
                steps.add(stepTitle);
                status = new Status(
                        status.state(),
                        steps.size() > STEPS ? steps.subList(1, steps.size()) : steps,
                        status.fraction(),
                        status.ended(),
                        status.problem());
            }
            tell(this);
        }

        @Override
        public void done(long done, long total) {
            OptionalDouble fraction =
                    total <= 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.clamp((double) done / total, 0, 1));
            synchronized (this) {
                status = new Status(status.state(), status.steps(), fraction, status.ended(), status.problem());
            }
            tell(this);
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public String title() {
            return title;
        }

        @Override
        public Instant started() {
            return started;
        }

        @Override
        public synchronized Status status() {
            return status;
        }

        @Override
        public void cancel() {
            synchronized (this) {
                if (status.state() != State.RUNNING) {
                    return;
                }
                status =
                        new Status(State.STOPPING, status.steps(), status.fraction(), status.ended(), status.problem());
            }
            tell(this);
            // Tearing down may wait for a socket; who presses a button must not.
            Thread.ofVirtual().start(cancellation::cancel);
        }

        @Override
        public CompletableFuture<T> result() {
            return result;
        }
    }
}

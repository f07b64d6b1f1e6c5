package io.limelight.console.payloads;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does a job for the latest of what it is handed; what is overtaken while one is done is left out. */
final class Latest<T> {
    private final Executor work;
    private final Consumer<T> job;
    private @Nullable T waiting;
    private boolean running;

    Latest(Executor work, Consumer<T> job) {
        this.work = work;
        this.job = job;
    }

    void submit(T value) {
        synchronized (this) {
            waiting = value;
            if (running) {
                return;
            }
            running = true;
        }
        work.execute(this::drain);
    }

    private void drain() {
        while (true) {
            T next;
            synchronized (this) {
                next = waiting;
                waiting = null;
                if (next == null) {
                    running = false;
                    return;
                }
            }
            boolean done = false;
            try {
                job.accept(next);
                done = true;
            } finally {
                if (!done) {
                    synchronized (this) {
                        running = false;
                    }
                }
            }
        }
    }
}

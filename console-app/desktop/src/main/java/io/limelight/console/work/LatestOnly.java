package io.limelight.console.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Computes off the screen and shows the results on it, of many requests only the latest: all that are made while one is being computed
 * become one. Results come in the order of their requests, since one is computed at a time and the screen takes them one by one.
 *
 * @param <T> what is computed
 */
public final class LatestOnly<T> {
    private final Executor work;
    private final Executor screen;
    private final Consumer<T> show;
    private @Nullable Supplier<T> waiting;
    private boolean running;

    /**
     * Nothing asked yet.
     *
     * @param work where it is computed
     * @param screen where it is shown
     * @param show shows it
     */
    public LatestOnly(Executor work, Executor screen, Consumer<T> show) {
        this.work = work;
        this.screen = screen;
        this.show = show;
    }

    /** Asks; returns at once. */
    public void ask(Supplier<T> question) {
        synchronized (this) {
            waiting = question;
            if (running) {
                return;
            }
            running = true;
        }
        try {
            work.execute(this::run);
        } catch (RejectedExecutionException e) {
            // The console is being closed: nobody waits for an answer any more.
            synchronized (this) {
                running = false;
            }
        }
    }

    private void run() {
        while (true) {
            Supplier<T> question;
            synchronized (this) {
                question = waiting;
                waiting = null;
                if (question == null) {
                    running = false;
                    return;
                }
            }
            T result;
            try {
                result = question.get();
            } catch (RuntimeException e) {
                // A fault of the program; the next question must not wait for this one for ever.
                synchronized (this) {
                    running = false;
                }
                throw e;
            }
            screen.execute(() -> show.accept(result));
        }
    }
}

package io.limelight.core.task;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells running work to stop.
 *
 * <p>The one who started the work keeps the object and calls {@link #cancel}; the work registers what is to be torn
 * down ({@link #onCancel}, for instance a socket in use), asks {@link #throwIfCancelled} between steps and waits with
 * {@link #sleep}, which ends early. Cancelling twice does nothing more. Safe for use by several threads.
 */
public final class Cancellation {
    /** A registration that can be taken back. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private static final Duration LONGEST = Duration.ofDays(365);

    private final Set<Hook> hooks = new LinkedHashSet<>();
    private boolean cancelled;

    /** Each registration is one of its own, also of the same action: compared by identity. */
    private static final class Hook {
        private final Runnable action;

        Hook(Runnable action) {
            this.action = action;
        }
    }

    /** Stops the work: runs everything registered, once; what fails in that is thrown when all have run. */
    public void cancel() {
        Set<Hook> torn;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            torn = Set.copyOf(hooks);
            hooks.clear();
            notifyAll();
        }
        RuntimeException failed = null;
        for (Hook hook : torn) {
            try {
                hook.action.run();
            } catch (RuntimeException e) {
                // The others are torn down all the same.
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** True once {@link #cancel} was called. */
    public synchronized boolean cancelled() {
        return cancelled;
    }

    /** Throws if the work is to stop. */
    public void throwIfCancelled() throws CancelledException {
        if (cancelled()) {
            throw new CancelledException();
        }
    }

    /** Runs {@code action} when the work is cancelled, at once if it already is; close the result when done. */
    public Registration onCancel(Runnable action) {
        Hook hook = new Hook(action);
        boolean now;
        synchronized (this) {
            now = cancelled;
            if (!now) {
                hooks.add(hook);
            }
        }
        if (now) {
            action.run();
        }
        return () -> {
            synchronized (Cancellation.this) {
                hooks.remove(hook);
            }
        };
    }

    /** Waits, at most until cancelled or interrupted. */
    public synchronized void sleep(Duration duration) throws CancelledException {
        // Nobody waits for centuries, but a configured number may say so, and nanoseconds overflow.
        long nanos = duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
        long deadline = System.nanoTime() + nanos;
        try {
            for (long left = nanos; left > 0 && !cancelled; left = deadline - System.nanoTime()) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException();
        }
        if (cancelled) {
            throw new CancelledException();
        }
    }
}

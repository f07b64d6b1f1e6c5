package io.limelight.console.fleet;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one server again and again on a thread of its own, never twice at once. */
final class Poller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
    private static final long SOONEST_NUDGE = TimeUnit.SECONDS.toNanos(1);
    private static final double JITTER = 0.1;

    private final String name;
    private final Work work;
    private final Pace pace;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean asked = true;
    private boolean nudged;
    private boolean closed;
    private long ended;
    private long took;
    private long due;

    /** One question. */
    @FunctionalInterface
    interface Work {
        /** Whether it was answered. */
        boolean poll();
    }

    Poller(String name, Work work, Pace pace, LongSupplier nanos, RandomGenerator random) {
        this.name = name;
        this.work = work;
        this.pace = pace;
        this.nanos = nanos;
        this.random = random;
    }

    void start() {
        Thread.ofVirtual().name(name).start(this::run);
    }

    /** A person asks: now, or after the question under way. */
    void soon() {
        tell(() -> asked = true);
    }

    /** Something happened: a little sooner, but no oftener than every second, and for no more than a fifth of the time. */
    void nudge() {
        tell(() -> nudged = true);
    }

    void pace(Duration every) {
        tell(() -> {
            pace.wanted(every);
            due = ended + jittered(every);
        });
    }

    @Override
    public void close() {
        tell(() -> closed = true);
    }

    private void tell(Runnable what) {
        lock.lock();
        try {
            what.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (next()) {
            long began = nanos.getAsLong();
            boolean answered = false;
            try {
                answered = work.poll();
            } catch (RuntimeException e) {
                LOG.error("{} failed unexpectedly", name, e);
            }
            done(began, answered);
        }
    }

    private void done(long began, boolean answered) {
        lock.lock();
        try {
            ended = nanos.getAsLong();
            took = ended - began;
            pace.after(Duration.ofNanos(took), answered);
            due = ended + jittered(pace.every());
        } finally {
            lock.unlock();
        }
    }

    /** So that many consoles started by one power cut do not ask in step. */
    private long jittered(Duration every) {
        return (long) (every.toNanos() * (1 + JITTER * (2 * random.nextDouble() - 1)));
    }

    /** Waits for the next question; false at the end. */
    private boolean next() {
        lock.lock();
        try {
            while (!closed) {
                long wait = left(nanos.getAsLong());
                if (wait <= 0) {
                    asked = false;
                    nudged = false;
                    return true;
                }
                changed.awaitNanos(wait);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private long left(long now) {
        if (asked) {
            return 0;
        }
        long wait = pace.every().isZero() ? Long.MAX_VALUE : due - now;
        return nudged ? Math.min(wait, ended + Math.max(SOONEST_NUDGE, 4 * took) - now) : wait;
    }
}

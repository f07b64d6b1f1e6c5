package io.limelight.verifier.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Says who is due, on a grid of 50 ms: waking up is what costs, so everybody of one grid line is woken together (decision
 * 0001). Nobody is woken too early. Waiting costs a place in a list and no thread.
 */
final class FleetClock implements AutoCloseable {
    static final Duration GRID = Duration.ofMillis(50);

    private final long grid = GRID.toNanos();
    private final long origin = System.nanoTime();
    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition earlier = lock.newCondition();
    private final NavigableMap<Long, List<Runnable>> lines = new TreeMap<>();
    private final Thread thread;
    private boolean closed;

    /**
     * Starts.
     *
     * @param executor runs those who are due
     */
    FleetClock(Executor executor) {
        this.executor = executor;
        this.thread = Thread.ofPlatform().daemon().name("fleet-clock").start(this::run);
    }

    /** Nanoseconds on this clock, comparable with each other only. */
    long now() {
        return System.nanoTime() - origin;
    }

    /** How many nanoseconds the first who is due has been so, and was not woken; 0 if nobody is. */
    long overdue() {
        lock.lock();
        try {
            return lines.isEmpty() ? 0 : Math.max(0, now() - lines.firstKey() * grid);
        } finally {
            lock.unlock();
        }
    }

    /** Whether anybody will be woken. */
    boolean running() {
        return thread.isAlive();
    }

    /** Runs the action at the first grid line at or after the time. */
    void at(long time, Runnable due) {
        long line = Math.ceilDiv(time, grid);
        lock.lock();
        try {
            boolean first = lines.isEmpty() || line < lines.firstKey();
            lines.computeIfAbsent(line, _ -> new ArrayList<>()).add(due);
            if (first) {
                earlier.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            List<Runnable> due;
            lock.lock();
            try {
                due = awaitDue();
            } catch (InterruptedException e) {
                // Only close() interrupts.
                return;
            } finally {
                lock.unlock();
            }
            due.forEach(executor::execute);
        }
    }

    private List<Runnable> awaitDue() throws InterruptedException {
        while (true) {
            if (closed) {
                throw new InterruptedException();
            }
            if (lines.isEmpty()) {
                earlier.await();
                continue;
            }
            long wait = lines.firstKey() * grid - now();
            if (wait > 0) {
                earlier.await(wait, TimeUnit.NANOSECONDS);
                continue;
            }
            return lines.pollFirstEntry().getValue();
        }
    }

    /** Nobody is due any more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            lines.clear();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

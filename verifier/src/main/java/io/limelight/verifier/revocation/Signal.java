package io.limelight.verifier.revocation;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * There may be something new. Whoever waits first remembers how many signals there were, then looks, then waits for the next
 * one: so none is missed that comes while it looks.
 */
final class Signal implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long given;
    private boolean closed;

    /** What ended a wait. */
    enum Waited {
        /** A signal. */
        NEWS,
        /** The end of the time. */
        NOTHING,
        /** There will be no more. */
        OVER
    }

    void give() {
        lock.lock();
        try {
            given++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many signals there were. */
    long given() {
        lock.lock();
        try {
            return given;
        } finally {
            lock.unlock();
        }
    }

    boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for one more than there were. */
    Waited await(long seen, Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (given == seen && !closed) {
                if (left <= 0) {
                    return Waited.NOTHING;
                }
                left = news.awaitNanos(left);
            }
            return closed ? Waited.OVER : Waited.NEWS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Waited.OVER;
        } finally {
            lock.unlock();
        }
    }

    /** Ends every wait. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

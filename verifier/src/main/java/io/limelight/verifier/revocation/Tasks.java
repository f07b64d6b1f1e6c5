package io.limelight.verifier.revocation;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deliveries under way, each on a thread of its own; none begins once the program is being stopped. */
final class Tasks {
    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

    private final ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int underWay;
    private volatile boolean closing;

    /** Runs a task; false if the program is being stopped. */
    boolean begin(Runnable task) {
        lock.lock();
        try {
            if (closing) {
                return false;
            }
            underWay++;
        } finally {
            lock.unlock();
        }
        work.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a delivery failed unexpectedly", e);
            } finally {
                lock.lock();
                try {
                    underWay--;
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        });
        return true;
    }

    /** Whether the program is being stopped. */
    boolean closing() {
        return closing;
    }

    /** From now on none begins. */
    void stop() {
        lock.lock();
        try {
            closing = true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until none is under way; whether that came in time. */
    boolean idleWithin(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (underWay > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the threads end. */
    void shutdown() {
        work.shutdown();
    }
}

package io.limelight.core.api;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much memory large answers may take at once, over all peers that share it. One peer is bounded by the limit of its
 * route; thousands that use that limit together would not be.
 *
 * <p>Answers up to {@link #FREE} bytes are not counted. Larger ones wait for their share, the largest alone, and time out
 * rather than wait for long.
 */
public final class AnswerBudget {
    /** Usual answers stay far below; counting them would cost more than they do. */
    static final int FREE = 256 << 10;

    private static final int UNIT = 1 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Semaphore units;
    private final int all;

    /** A budget of so many bytes, at least a megabyte. */
    public AnswerBudget(long bytes) {
        this.all = Math.clamp(bytes / UNIT, 1024, Integer.MAX_VALUE);
        this.units = new Semaphore(all, true);
    }

    /** A share of the budget, given back by closing. */
    interface Share extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits for room. */
    Share take(long bytes) throws InterruptedIOException {
        int wanted = (int) Math.min(all, Math.ceilDiv(bytes, UNIT));
        try {
            if (!units.tryAcquire(wanted, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedIOException("too many large answers at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        return () -> units.release(wanted);
    }
}

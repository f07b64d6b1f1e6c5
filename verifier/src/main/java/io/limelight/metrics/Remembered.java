package io.limelight.metrics;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What costs a look into the database, for many meters of one reading and for readers that come every second. */
public final class Remembered<T> implements Supplier<T> {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Supplier<T> source;
    private final LongSupplier nanoTime;
    private @Nullable T value;
    private @Nullable RuntimeException trouble;
    private long at;

    /** Asks the source every five seconds at most; its trouble is remembered as well. */
    public Remembered(Supplier<T> source) {
        this(source, System::nanoTime);
    }

    Remembered(Supplier<T> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized T get() {
        T known = value;
        boolean fresh = nanoTime.getAsLong() - at < FRESH.toNanos();
        if (known != null && fresh) {
            return known;
        }
        if (trouble != null && fresh) {
            throw trouble;
        }
        value = null;
        trouble = null;
        try {
            T found = source.get();
            value = found;
            return found;
        } catch (RuntimeException e) {
            trouble = e;
            throw e;
        } finally {
            at = nanoTime.getAsLong();
        }
    }
}

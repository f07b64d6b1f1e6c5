package io.limelight.console.fleet;

import java.util.function.LongSupplier;

/** Counts this console's requests of the last minute, in seconds. */
final class LoadMeter {
    private static final int SECONDS = 60;

    private final LongSupplier nanos;
    private final long begun;
    private final int[] counts = new int[SECONDS];
    private final long[] seconds = new long[SECONDS];

    LoadMeter(LongSupplier nanos) {
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    private long second() {
        return (nanos.getAsLong() - begun) / 1_000_000_000L;
    }

    /** A request goes out. */
    synchronized void count() {
        long now = second();
        int slot = (int) (now % SECONDS);
        if (seconds[slot] != now) {
            seconds[slot] = now;
            counts[slot] = 0;
        }
        counts[slot]++;
    }

    /** Requests a second over the last minute, or since the beginning where that is shorter. */
    synchronized double perSecond() {
        long now = second();
        long sum = 0;
        for (int slot = 0; slot < SECONDS; slot++) {
            if (now - seconds[slot] < SECONDS) {
                sum += counts[slot];
            }
        }
        return sum / (double) Math.clamp(now + 1, 1, SECONDS);
    }
}

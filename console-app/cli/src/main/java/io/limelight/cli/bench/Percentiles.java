package io.limelight.cli.bench;

import java.util.Arrays;
import java.util.Locale;

/** Durations collected by many threads. */
final class Percentiles {
    private long[] values = new long[1024];
    private int count;

    synchronized void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = nanos;
    }

    synchronized void clear() {
        count = 0;
    }

    /** Median, 95 % and 99 %, and the largest, in milliseconds. */
    synchronized String show() {
        if (count == 0) {
            return "none";
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "median %.1f, p95 %.1f, p99 %.1f, max %.1f ms",
                sorted[count / 2] / 1e6,
                sorted[(int) (count * 0.95)] / 1e6,
                sorted[(int) (count * 0.99)] / 1e6,
                sorted[count - 1] / 1e6);
    }
}

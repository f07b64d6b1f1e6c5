package io.limelight.console.shell;

import java.util.Arrays;
import javafx.animation.AnimationTimer;
import javafx.scene.Scene;

/**
 * How long pulses are apart while something changes. Where nothing changes there are none, and a long pause is no slow pulse: intervals
 * above a quarter of a second count only while {@link #measure measuring}, which asks for every pulse there can be.
 */
public final class FrameMeter {
    private static final int KEPT = 1200;
    private static final long PAUSE_NANOS = 250_000_000L;

    private final long[] intervals = new long[KEPT];
    private final AnimationTimer every = new AnimationTimer() {
        @Override
        public void handle(long now) {
            // Being called is all that is wanted: it keeps pulses coming.
        }
    };
    private int count;
    private long last;
    private boolean measuring;

    /** Of a scene, from now on. Like everything here: on the screen's thread. */
    public FrameMeter(Scene scene) {
        scene.addPreLayoutPulseListener(this::pulse);
    }

    /** Forgets what was, and asks for pulses without pause until {@link #rest}. */
    public void measure() {
        count = 0;
        last = 0;
        measuring = true;
        every.start();
    }

    /** Only looks on again. */
    public void rest() {
        measuring = false;
        every.stop();
    }

    /** How many intervals are known, the latest 1200. */
    public int known() {
        return Math.min(count, KEPT);
    }

    /** Milliseconds that a share of intervals (0.95) does not exceed; 0 where none is known. */
    public double percentile(double share) {
        int known = known();
        if (known == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(intervals, known);
        Arrays.sort(sorted);
        return sorted[Math.clamp((long) Math.ceil(share * known) - 1, 0, known - 1)] / 1e6;
    }

    private void pulse() {
        long now = System.nanoTime();
        long interval = now - last;
        if (last != 0 && (measuring || interval < PAUSE_NANOS)) {
            intervals[count++ % KEPT] = interval;
        }
        last = now;
    }
}

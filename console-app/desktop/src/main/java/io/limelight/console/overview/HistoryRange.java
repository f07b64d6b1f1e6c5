package io.limelight.console.overview;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How far back the recorded past is shown. Steps are such as every verifier of ours counts in. */
public enum HistoryRange {
    /** Minute by minute. */
    HOUR(Duration.ofHours(1), 60, Duration.ofSeconds(10), "HH:mm"),
    /** By quarters of an hour. */
    DAY(Duration.ofHours(24), 96, Duration.ofSeconds(15), "HH:mm"),
    /** By two hours. */
    WEEK(Duration.ofDays(7), 84, Duration.ofMinutes(1), "EEE HH:mm");

    private final Duration back;
    private final int steps;
    private final Duration age;
    private final String time;

    HistoryRange(Duration back, int steps, Duration age, String time) {
        this.back = back;
        this.steps = steps;
        this.age = age;
        this.time = time;
    }

    /** From now. */
    Duration back() {
        return back;
    }

    /** Bars. */
    int steps() {
        return steps;
    }

    /** How old what is shown may be; a verifier of ours writes down what it counted every ten seconds. */
    Duration age() {
        return age;
    }

    /** How a step's beginning is written. */
    String time() {
        return time;
    }

    /** In words' keys and in what is remembered. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By its key. */
    public static Optional<HistoryRange> of(String key) {
        return Arrays.stream(values()).filter(range -> range.key().equals(key)).findFirst();
    }
}

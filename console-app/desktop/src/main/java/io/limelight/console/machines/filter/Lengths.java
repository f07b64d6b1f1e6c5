package io.limelight.console.machines.filter;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as typed: {@code 90s}, {@code 5m}, {@code 1h}, {@code 2d}. */
final class Lengths {
    private static final Pattern TYPED = Pattern.compile("([0-9]{1,6})\\s*(s|m|min|h|d)");

    private Lengths() {}

    static Optional<Duration> read(String text) {
        Matcher typed = TYPED.matcher(text.strip());
        if (!typed.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(typed.group(1));
        return Optional.of(
                switch (typed.group(2)) {
                    case "s" -> Duration.ofSeconds(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ofMinutes(number);
                });
    }
}

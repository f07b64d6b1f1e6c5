package io.limelight.console.kit;

import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;

/** How long ago, in the fewest words that are true. */
public final class Ages {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Ages() {}

    /** {@code 3 min}; what lies ahead reads {@code in 3 min}: clocks of two computers differ. */
    public static String text(Words words, Duration age) {
        return age.toSeconds() < 0 ? words.of("kit.age.ahead", size(words, age.negated())) : size(words, age);
    }

    /** {@code 3 min ago}. */
    public static String ago(Words words, Duration age) {
        long seconds = age.toSeconds();
        if (seconds == 0) {
            return words.of("kit.age.now");
        }
        return seconds < 0 ? text(words, age) : words.of("kit.age.ago", size(words, age));
    }

    /** The very time, local, with its zone. */
    public static String exact(Words words, Instant instant, ZoneId zone) {
        DateTimeFormatter format = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .withZone(zone);
        String abbreviation = DateTimeFormatter.ofPattern("zzz", words.locale())
                .withZone(zone)
                .format(instant);
        return words.of("kit.age.exact", format.format(instant), abbreviation);
    }

    private static String size(Words words, Duration age) {
        long seconds = age.toSeconds();
        if (seconds < MINUTE) {
            return words.of("kit.age.seconds", seconds);
        }
        if (seconds < HOUR) {
            return words.of("kit.age.minutes", seconds / MINUTE);
        }
        if (seconds < 2 * DAY) {
            return words.of("kit.age.hours", seconds / HOUR);
        }
        return words.of("kit.age.days", seconds / DAY);
    }
}

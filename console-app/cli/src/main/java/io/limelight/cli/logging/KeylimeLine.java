package io.limelight.cli.logging;

import io.limelight.core.config.LoggingConfig;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line in the format of {@code logging.conf}: Python's {@code %(asctime)s.%(msecs)03d - %(name)s - %(levelname)s -
 * %(message)s}. Knows no logging library, so that a program of a few lines can print them without one.
 */
public final class KeylimeLine {
    private static final Pattern FIELD = Pattern.compile("%\\((\\w+)\\)(\\d*)[sd]");

    private final DateTimeFormatter time;
    private final List<String> pieces = new ArrayList<>();

    /**
     * A line's parts.
     *
     * @param time when
     * @param name of the logger, {@code keylime.tenant}
     * @param level Python's word, {@code WARNING}
     * @param message with every control character already made visible
     * @param thread name of the thread
     * @param requestId of the web layer, with its leading blank; empty outside it
     */
    public record Parts(Instant time, String name, String level, String message, String thread, String requestId) {}

    /** Lines of this format. */
    public KeylimeLine(LoggingConfig config) {
        this.time = DateTimeFormatter.ofPattern(javaPattern(config.dateFormat()), Locale.ROOT)
                .withZone(ZoneId.systemDefault());
        split(config.format());
    }

    /** Text and field names alternate, text first. */
    private void split(String format) {
        Matcher field = FIELD.matcher(format);
        int from = 0;
        while (field.find()) {
            pieces.add(format.substring(from, field.start()));
            pieces.add(field.group(1));
            from = field.end();
        }
        pieces.add(format.substring(from));
    }

    /** The line, with its end. */
    public String format(Parts parts) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            line.append(i % 2 == 0 ? pieces.get(i) : field(pieces.get(i), parts));
        }
        return line.append('\n').toString();
    }

    private String field(String name, Parts parts) {
        return switch (name) {
            case "asctime" -> time.format(parts.time());
            case "msecs" -> millis(parts.time());
            case "name" -> parts.name();
            case "levelname" -> parts.level();
            case "message" -> parts.message();
            case "process" -> Long.toString(ProcessHandle.current().pid());
            case "threadName" -> parts.thread();
            case "reqidf" -> parts.requestId();
            default -> "";
        };
    }

    private static String millis(Instant time) {
        String millis = Long.toString(Math.floorMod(time.toEpochMilli(), 1000L));
        return "0".repeat(3 - millis.length()) + millis;
    }

    /** Python's {@code strftime} letters as Java's; letters that mean nothing here are left out. */
    private static String javaPattern(String strftime) {
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < strftime.length(); i++) {
            char c = strftime.charAt(i);
            if (c == '%' && i + 1 < strftime.length()) {
                i++;
                pattern.append(
                        switch (strftime.charAt(i)) {
                            case 'Y' -> "yyyy";
                            case 'y' -> "yy";
                            case 'm' -> "MM";
                            case 'd' -> "dd";
                            case 'H' -> "HH";
                            case 'I' -> "hh";
                            case 'M' -> "mm";
                            case 'S' -> "ss";
                            case 'p' -> "a";
                            case 'j' -> "DDD";
                            case 'b' -> "MMM";
                            case 'B' -> "MMMM";
                            case 'a' -> "EEE";
                            case 'A' -> "EEEE";
                            case 'z' -> "xx";
                            case 'Z' -> "zzz";
                            case '%' -> "'%'";
                            default -> "";
                        });
            } else if (c == '\'') {
                pattern.append("''");
            } else {
                pattern.append('\'').append(c).append('\'');
            }
        }
        return pattern.toString();
    }
}

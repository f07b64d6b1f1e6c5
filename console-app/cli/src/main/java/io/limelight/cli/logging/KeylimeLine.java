package io.limelight.cli.logging;

import io.limelight.core.config.LoggingConfig;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * A line in the format of {@code logging.conf}: Python's {@code %(asctime)s.%(msecs)03d - %(name)s - %(levelname)s -
 * %(message)s}. Knows no logging library, so that a program of a few lines can print them without one.
 */
public final class KeylimeLine {
    private final StrfTime time;
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
        this.time = new StrfTime(config.dateFormat());
        split(config.format());
    }

    /** Text and field names alternate, text first: {@code %(name)s}, {@code %(msecs)03d}. */
    private void split(String format) {
        int from = 0;
        int begin = format.indexOf("%(");
        while (begin >= 0) {
            int close = format.indexOf(')', begin);
            int end = close + 1;
            while (end > 0 && end < format.length() && format.charAt(end) >= '0' && format.charAt(end) <= '9') {
                end++;
            }
            boolean field = close > begin + 2
                    && end < format.length()
                    && (format.charAt(end) == 's' || format.charAt(end) == 'd');
            if (field) {
                pieces.add(format.substring(from, begin));
                pieces.add(format.substring(begin + 2, close));
                from = end + 1;
            }
            begin = format.indexOf("%(", Math.max(from, begin + 1));
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
            case "asctime" -> time.format(parts.time().atZone(ZoneId.systemDefault()));
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
}

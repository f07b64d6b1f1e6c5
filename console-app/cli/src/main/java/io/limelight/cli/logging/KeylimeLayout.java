package io.limelight.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import io.limelight.core.config.LoggingConfig;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line in the format of {@code logging.conf}: Python's {@code %(asctime)s.%(msecs)03d - %(name)s - %(levelname)s -
 * %(message)s} with the names Keylime's loggers have.
 */
final class KeylimeLayout extends LayoutBase<ILoggingEvent> {
    private static final Pattern FIELD = Pattern.compile("%\\((\\w+)\\)(\\d*)[sd]");

    /** The first match counts, so longer prefixes stand first. */
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            Map.entry("io.limelight.registrar", "keylime.registrar"),
            Map.entry("io.limelight.verifier", "keylime.verifier"),
            Map.entry("io.limelight.store", "keylime.db"),
            Map.entry("io.limelight.core.http", "keylime.web"),
            Map.entry("io.limelight.core.tenant", "keylime.tenant"),
            Map.entry("io.limelight.cli.tenant", "keylime.tenant"),
            Map.entry("io.limelight.core.ca", "keylime.ca-util"));

    private final LoggingConfig config;
    private final boolean lines;
    private final boolean trace;
    private final DateTimeFormatter time;
    private final List<String> pieces = new ArrayList<>();

    KeylimeLayout(LoggingConfig config, boolean lines, boolean trace) {
        this.config = config;
        this.lines = lines;
        this.trace = trace;
        this.time = DateTimeFormatter.ofPattern(javaPattern(config.dateFormat()), Locale.ROOT)
                .withZone(ZoneId.systemDefault());
        split();
    }

    /** Text and field names alternate, text first. */
    private void split() {
        Matcher field = FIELD.matcher(config.format());
        int from = 0;
        while (field.find()) {
            pieces.add(config.format().substring(from, field.start()));
            pieces.add(field.group(1));
            from = field.end();
        }
        pieces.add(config.format().substring(from));
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            line.append(i % 2 == 0 ? pieces.get(i) : field(pieces.get(i), event));
        }
        return line.append('\n').toString();
    }

    private String field(String name, ILoggingEvent event) {
        return switch (name) {
            case "asctime" -> time.format(event.getInstant());
            case "msecs" -> String.format(Locale.ROOT, "%03d", Math.floorMod(event.getTimeStamp(), 1000));
            case "name" -> loggerName(event.getLoggerName());
            case "levelname" -> levelName(event.getLevel());
            case "message" -> LogText.of(event, lines, trace);
            case "process" -> Long.toString(ProcessHandle.current().pid());
            case "threadName" -> event.getThreadName();
            // The request id of the web layer, set for the thread that answers; with its leading blank as upstream.
            case "reqidf" -> event.getMDCPropertyMap().getOrDefault("reqid", "");
            default -> "";
        };
    }

    private static String levelName(Level level) {
        return level == Level.WARN ? "WARNING" : level == Level.TRACE ? "DEBUG" : level.toString();
    }

    private static String loggerName(String logger) {
        for (Map.Entry<String, String> name : NAMES) {
            if (logger.startsWith(name.getKey())) {
                return name.getValue();
            }
        }
        String[] parts = logger.split("\\.", -1);
        return logger.startsWith("io.limelight.core.") && parts.length > 3 ? "keylime." + parts[3] : logger;
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

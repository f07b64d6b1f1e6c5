package io.limelight.cli.logging;

import ch.qos.logback.classic.Level;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code RUST_LOG} as in Keylime's unit files: {@code keylime_agent=info,keylime=info}, or one level for everything. A
 * text filter after a slash is ignored.
 */
final class RustLog {
    private static final String ALL = "io.limelight";

    private RustLog() {}

    static Map<String, Level> levels(String filter) {
        Map<String, Level> levels = new LinkedHashMap<>();
        levels.put(ALL, Level.WARN);
        int slash = filter.indexOf('/');
        for (String directive : (slash < 0 ? filter : filter.substring(0, slash)).split(",", -1)) {
            int equals = directive.indexOf('=');
            String target = (equals < 0 ? "" : directive.substring(0, equals)).strip();
            Level level = level(directive.substring(equals + 1).strip());
            if (level != null) {
                levels.put(logger(target), level);
            }
        }
        return levels;
    }

    private static String logger(String target) {
        return switch (target) {
            case "" -> ALL;
            case "keylime" -> "io.limelight.core";
            default ->
                target.startsWith("keylime_agent")
                        ? "io.limelight.agent"
                                + target.substring("keylime_agent".length()).replace("::", ".")
                        : target.replace("::", ".");
        };
    }

    private static @Nullable Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "off" -> Level.OFF;
            case "error" -> Level.ERROR;
            case "warn" -> Level.WARN;
            case "info" -> Level.INFO;
            case "debug" -> Level.DEBUG;
            case "trace" -> Level.TRACE;
            default -> null;
        };
    }
}

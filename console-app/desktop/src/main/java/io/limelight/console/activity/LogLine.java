package io.limelight.console.activity;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a log.
 *
 * @param level as the line says; of one that says none, that of the line before
 * @param text printable and bounded
 */
public record LogLine(Level level, String text) {
    /** Longer ones are cut. */
    static final int LONGEST = 2_000;

    private static final int HEAD = 120;
    private static final Pattern WORD = Pattern.compile("\\b(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\\b");

    /** How bad. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of a line as it was written; {@code before} is the level of the one before. */
    static LogLine of(String written, Level before) {
        String cut = written.length() > LONGEST ? written.substring(0, LONGEST) + "\u2026" : written;
        StringBuilder text = new StringBuilder(cut.length());
        cut.codePoints()
                .forEach(c -> text.appendCodePoint(
                        c == '\t'
                                ? ' '
                                : Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                                        ? '\ufffd'
                                        : c));
        Matcher matcher = WORD.matcher(text).region(0, Math.min(HEAD, text.length()));
        return new LogLine(matcher.find() ? level(matcher.group(1)) : before, text.toString());
    }

    private static Level level(String word) {
        return switch (word) {
            case "TRACE", "DEBUG" -> Level.DEBUG;
            case "INFO" -> Level.INFO;
            case "WARN", "WARNING" -> Level.WARN;
            default -> Level.ERROR;
        };
    }
}

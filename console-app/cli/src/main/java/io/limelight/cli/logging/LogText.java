package io.limelight.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import org.jspecify.annotations.Nullable;

/** The message part of a log line: control characters made visible, exceptions as a sentence. */
public final class LogText {
    private static final int MAX_CAUSES = 5;

    private LogText() {}

    /**
     * The text of an event.
     *
     * @param lines whether line ends stay; otherwise they become {@code \n}, so that what a stranger sent cannot pass for
     *     a log line of ours
     * @param trace whether an exception is shown with its stack
     */
    static String of(ILoggingEvent event, boolean lines, boolean trace) {
        StringBuilder text = new StringBuilder();
        appendVisible(text, event.getFormattedMessage(), lines);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) {
            return text.toString();
        }
        if (trace) {
            text.append('\n').append(ThrowableProxyUtil.asString(thrown).stripTrailing());
            return text.toString();
        }
        String before = " (";
        // Bounded: a chain of causes may be a ring.
        int left = MAX_CAUSES;
        for (IThrowableProxy cause = thrown; cause != null && left > 0; cause = cause.getCause()) {
            text.append(before).append(simpleName(cause.getClassName()));
            if (cause.getMessage() != null) {
                text.append(": ");
                appendVisible(text, cause.getMessage(), false);
            }
            before = "; ";
            left--;
        }
        return text.append(')').toString();
    }

    /** A message without an event: control characters made visible, line ends left as they are. */
    public static String visible(String message) {
        StringBuilder text = new StringBuilder(message.length());
        appendVisible(text, message, true);
        return text.toString();
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    private static void appendVisible(StringBuilder out, @Nullable String text, boolean lines) {
        if (text == null) {
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t' || (c == '\n' && lines) || !control(c)) {
                out.append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
    }

    /** Controls, and the marks that reorder or break lines for a reader. */
    private static boolean control(char c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR
                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR;
    }
}

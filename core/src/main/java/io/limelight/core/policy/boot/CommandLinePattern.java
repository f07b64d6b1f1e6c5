package io.limelight.core.policy.boot;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * The expression for a kernel's command line, in Python's spelling, matched in linear time: the text comes from the machine
 * that is judged. What needs backtracking (look-around, back references) is refused.
 */
final class CommandLinePattern {
    private static final String LABEL = "kernel_cmdline: ";
    private static final int MAX_LENGTH = 64 * 1024;

    /** What Python's {@code re.escape} puts a backslash before. */
    private static final String SPECIAL = "\t\n\u000b\f\r #$&()*+-.?[\\]^{|}~";

    private final String regex;
    private final Pattern pattern;

    private CommandLinePattern(String regex, Pattern pattern) {
        this.regex = regex;
        this.pattern = pattern;
    }

    static CommandLinePattern of(String regex) throws ReferenceStateException {
        if (regex.length() > MAX_LENGTH) {
            throw new ReferenceStateException("kernel_cmdline is longer than " + MAX_LENGTH + " characters");
        }
        try {
            // Joined before it is compiled, as Keylime does: a top-level alternative does not repeat the label.
            return new CommandLinePattern(regex, Pattern.compile(LABEL + regex.replace("\\Z", "\\z")));
        } catch (PatternSyntaxException e) {
            throw new ReferenceStateException("kernel_cmdline is no expression that can be used: " + e.getMessage());
        }
    }

    /** Whether the whole text of the event fits, its label included. */
    boolean matches(String labelled) {
        return pattern.matches(labelled);
    }

    /** The expression as it was written. */
    String regex() {
        return regex;
    }

    /** Text made an expression that fits only it, as Python's {@code re.escape} writes it. */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 32);
        text.chars().forEach(c -> {
            if (SPECIAL.indexOf(c) >= 0) {
                out.append('\\');
            }
            out.append((char) c);
        });
        return out.toString();
    }
}

package io.limelight.core.policy.boot;

import io.limelight.core.policy.regex.PythonRegex;
import io.limelight.core.policy.regex.PythonRegexException;
import io.limelight.core.policy.regex.StepBudget;

/**
 * The expression for a kernel's command line, with the meaning Python gives it. The text comes from the machine that is judged:
 * what cannot be matched in linear time is counted step by step, and too many steps are no match.
 */
final class CommandLinePattern {
    private static final String LABEL = "kernel_cmdline: ";
    /** What Python's {@code re.escape} puts a backslash before. */
    private static final String SPECIAL = "\t\n\u000b\f\r #$&()*+-.?[\\]^{|}~";

    private final String regex;
    private final PythonRegex pattern;

    private CommandLinePattern(String regex, PythonRegex pattern) {
        this.regex = regex;
        this.pattern = pattern;
    }

    static CommandLinePattern of(String regex) throws ReferenceStateException {
        try {
            // Joined before it is compiled, as Keylime does: a top-level alternative does not repeat the label.
            return new CommandLinePattern(regex, PythonRegex.forWhole(LABEL + regex));
        } catch (PythonRegexException e) {
            throw new ReferenceStateException("kernel_cmdline is no expression that can be used: " + e.getMessage());
        }
    }

    /** Whether the whole text of the event fits, its label included. */
    boolean matches(String labelled) {
        return pattern.matches(labelled, StepBudget.ofAppraisal()).orElse(false);
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

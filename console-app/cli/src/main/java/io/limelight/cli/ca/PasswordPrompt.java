package io.limelight.cli.ca;

import java.io.Console;
import java.util.Optional;

/** Asks a person for a password, without showing it. */
@FunctionalInterface
public interface PasswordPrompt {
    /**
     * Asks.
     *
     * @return what was typed, empty characters for an empty line or end of input; nothing if there is no terminal
     */
    Optional<char[]> ask(String question);

    /** The terminal of this process. */
    // NullAway's model of the JDK says nullable, Error Prone knows that 22 and newer never return null.
    @SuppressWarnings("SystemConsoleNull")
    static PasswordPrompt terminal() {
        return question -> {
            Console console = System.console();
            if (console == null || !console.isTerminal()) {
                return Optional.empty();
            }
            char[] typed = console.readPassword("%s", question);
            return Optional.of(typed == null ? new char[0] : typed);
        };
    }
}

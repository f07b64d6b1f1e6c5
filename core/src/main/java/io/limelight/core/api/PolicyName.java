package io.limelight.core.api;

import java.util.Optional;

/**
 * The name of a stored policy: 1 to 255 of {@code [A-Za-z0-9._~@:+=,-]}, other than {@code .} and {@code ..}.
 *
 * <p>Names are parts of addresses, and Keylime's verifier takes them as they stand there, without decoding: one with a blank would
 * be stored under another name than it was given. So names are limited to what no address encodes.
 *
 * @param value the name as text
 */
public record PolicyName(String value) {
    /** No name is longer. */
    public static final int MAX_LENGTH = 255;

    private static final String OTHERS = "._~@:+=,-";

    /** Checks; see {@link #problem}. */
    public PolicyName {
        Optional<String> problem = problem(value);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
    }

    /** Why this text is no name, as the end of a sentence; empty if it is one. */
    public static Optional<String> problem(String text) {
        if (text.isEmpty()) {
            return Optional.of("is empty");
        }
        if (text.length() > MAX_LENGTH) {
            return Optional.of("is " + text.length() + " characters long; at most " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && OTHERS.indexOf(c) < 0) {
                return Optional.of("may only have letters, digits and " + OTHERS + " (character " + (i + 1) + ")");
            }
        }
        return text.equals(".") || text.equals("..") ? Optional.of("means a folder in an address") : Optional.empty();
    }

    /** The text. */
    @Override
    public String toString() {
        return value;
    }
}

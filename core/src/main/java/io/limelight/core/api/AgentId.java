package io.limelight.core.api;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The name of a machine: 1 to 80 of {@code [A-Za-z0-9._-]}, the first one a letter or digit.
 *
 * <p>Ids come from machines nobody trusts yet, and they become file names, certificate subjects and members of a CA's
 * keystore. So besides the alphabet some names are refused whatever their case: those a CA folder uses for itself. Ids
 * are case-sensitive otherwise; most are UUIDs, none has to be.
 *
 * @param value the id as text
 */
public record AgentId(String value) {
    // Before DEFAULT: its constructor looks into this set.
    private static final Set<String> RESERVED =
            Set.of("ca", "lastserial", "revoked_keys", "revocationnotifier", "server", "client", "cacert", "cacrl");

    /** Keylime's default id of a machine. */
    public static final AgentId DEFAULT = new AgentId("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");

    /** No id is longer. */
    public static final int MAX_LENGTH = 80;

    /** Checks; see {@link #of}. */
    public AgentId {
        Optional<String> problem = problem(value);
        if (problem.isPresent()) {
            throw new InvalidAgentIdException(problem.get());
        }
    }

    /**
     * Checks and wraps.
     *
     * @throws InvalidAgentIdException if the text is no id; its message is a sentence for people
     */
    public static AgentId of(String text) {
        return new AgentId(text);
    }

    /** Why this text is no id, as a sentence that shows at most 40 harmless characters of it; empty if it is one. */
    public static Optional<String> problem(String text) {
        if (text.isEmpty()) {
            return Optional.of("The agent id is empty.");
        }
        if (text.length() > MAX_LENGTH) {
            return Optional.of(
                    "The agent id is " + text.length() + " characters long; at most " + MAX_LENGTH + " are allowed.");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (i == 0 && !alphanumeric) {
                return Optional.of("The agent id '" + shown(text) + "' must start with a letter or a digit.");
            }
            if (!alphanumeric && c != '.' && c != '_' && c != '-') {
                return Optional.of("The agent id '" + shown(text)
                        + "' may only have letters, digits, '.', '_' and '-' (character " + (i + 1) + ").");
            }
        }
        if (RESERVED.contains(text.toLowerCase(Locale.ROOT))) {
            return Optional.of(
                    "The agent id '" + text + "' is reserved: a certificate authority uses that name itself.");
        }
        return Optional.empty();
    }

    private static String shown(String text) {
        String cut = text.length() > 40 ? text.substring(0, 40) + "..." : text;
        return cut.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** The text. */
    @Override
    public String toString() {
        return value;
    }
}

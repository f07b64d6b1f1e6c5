package io.limelight.console.ca;

import java.util.Locale;
import java.util.Set;

/**
 * Whether a password is good enough for a CA: by length, since nothing else can be said honestly about a text. A keystore can be
 * taken away and tried for years, so it has to be longer than one that a server asks for (NIST SP 800-63B rev. 4 §3.1.1: 15
 * characters where a password stands alone, and no rules of composition).
 */
public final class PasswordRules {
    static final int SHORT = 8;
    static final int GOOD = 15;

    private static final Set<String> KNOWN =
            Set.of("default", "keylime", "password", "passwort", "changeit", "secret", "limelight");

    private PasswordRules() {}

    /** What is thought of it. */
    public enum Grade {
        /** Nothing. */
        NONE,
        /** Stands in manuals, or is one character again and again. */
        KNOWN,
        /** Tried out in minutes. */
        SHORT,
        /** Usable. */
        FAIR,
        /** Good. */
        GOOD;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Looks at characters that stay the caller's. */
    public static Grade grade(char[] characters) {
        if (characters.length == 0) {
            return Grade.NONE;
        }
        if (distinct(characters) <= 2) {
            return Grade.KNOWN;
        }
        if (characters.length < GOOD && KNOWN.stream().anyMatch(known -> same(known, characters))) {
            return Grade.KNOWN;
        }
        return characters.length < SHORT ? Grade.SHORT : characters.length < GOOD ? Grade.FAIR : Grade.GOOD;
    }

    /** Without making a text of it. */
    private static int distinct(char[] characters) {
        int distinct = 0;
        for (int i = 0; i < characters.length; i++) {
            boolean before = false;
            for (int j = 0; j < i && !before; j++) {
                before = characters[j] == characters[i];
            }
            distinct += before ? 0 : 1;
        }
        return distinct;
    }

    private static boolean same(String known, char[] characters) {
        if (known.length() != characters.length) {
            return false;
        }
        for (int i = 0; i < characters.length; i++) {
            if (Character.toLowerCase(characters[i]) != known.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

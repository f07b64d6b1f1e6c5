package io.limelight.console.shell;

import java.util.Locale;

/** What a fleet is for: a word and a colour across the window, so that production is never mistaken for the lab. */
public enum Environment {
    /** Real machines that people need. */
    PRODUCTION,
    /** Nearly real. */
    STAGING,
    /** For tests. */
    TEST,
    /** To play with. */
    LAB,
    /** This computer's own, with software TPMs. */
    SANDBOX;

    /** Names keys of words and style classes: {@code production}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

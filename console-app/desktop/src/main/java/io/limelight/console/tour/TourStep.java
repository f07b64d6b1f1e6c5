package io.limelight.console.tour;

import java.util.Locale;

/** What the tour points at, in its order. */
public enum TourStep {
    /** Whose fleet it is, and how its servers are. */
    FLEET("#band-profile"),
    /** The pages. */
    PAGES(".navigation"),
    /** The page that is shown. */
    PAGE(".content"),
    /** The palette. */
    PALETTE("#band-search"),
    /** Help. */
    HELP("#band-help");

    private final String selector;

    TourStep(String selector) {
        this.selector = selector;
    }

    /** Finds what it points at, in a window. */
    public String selector() {
        return selector;
    }

    /** Names keys of words: {@code fleet}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

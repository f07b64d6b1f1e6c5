package io.limelight.console.profile;

/** Colours of environments: none that a state of a machine has. The style sheets have each, for light and dark. */
public enum Tint {
    /** Burnt orange. */
    PRODUCTION,
    /** Between blue and green. */
    STAGING,
    /** Pink. */
    TEST,
    /** Grey. */
    LAB,
    /** Lime. */
    SANDBOX;

    /** Style class: {@code env-production}; the style sheet's {@code -limelight-env-production}. */
    public String styleClass() {
        return "env-" + key();
    }

    /** Names keys of words: {@code production}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

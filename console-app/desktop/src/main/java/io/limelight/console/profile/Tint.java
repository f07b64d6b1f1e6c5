package io.limelight.console.profile;

/** Colours of environments: none that a state of a machine has. A style sheet has each for light and dark. */
public enum Tint {
    /** Burnt orange. */
    EMBER,
    /** Blue. */
    SKY,
    /** Between blue and green. */
    TEAL,
    /** Pink. */
    ROSE,
    /** Grey. */
    SLATE;

    /** Style class: {@code tint-ember}. */
    public String styleClass() {
        return "tint-" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Names keys of words: {@code ember}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

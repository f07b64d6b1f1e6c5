package io.limelight.console.profile;

/** What a fleet is for, so that nobody takes production for the lab. */
public enum Environment {
    /** People depend on it. */
    PRODUCTION(Tint.PRODUCTION),
    /** The last stop before. */
    STAGING(Tint.STAGING),
    /** For trying things out. */
    LAB(Tint.LAB),
    /** On this computer, gone when it is ended. */
    SANDBOX(Tint.SANDBOX);

    private final Tint usual;

    Environment(Tint usual) {
        this.usual = usual;
    }

    /** Its colour unless a profile has another. */
    public Tint usualTint() {
        return usual;
    }

    /** Names keys of words and style classes: {@code production}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

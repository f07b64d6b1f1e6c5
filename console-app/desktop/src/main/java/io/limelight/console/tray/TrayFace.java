package io.limelight.console.tray;

import java.util.Locale;

/** What the tray shows: a shape and a colour for each, from the icons of the family. */
public enum TrayFace {
    /** A machine has failed. */
    FAILED,
    /** None has failed, and something is stale. */
    STALE,
    /** Every machine that is watched is trusted. */
    TRUSTED,
    /** Nothing is known: no answer yet, or a verifier that is silent. */
    WAITING;

    /** Names files of icons and keys of words. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

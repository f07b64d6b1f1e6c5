package io.limelight.console.fleet;

/**
 * How a machine stands, in the six words people see. Ordered by urgency, the most urgent first: it is the order in which one wins over
 * another, and the order of sorting.
 */
public enum MachineState {
    /** Its certificate is revoked. */
    REVOKED,
    /** A verdict against policy. */
    FAILED,
    /** The last pass is too old, the verifier or the machine is silent, or somebody stopped or paused the watch. */
    STALE,
    /** Watched; no fresh verdict yet. */
    PROVING,
    /** A fresh pass. */
    TRUSTED,
    /** Registered, and nobody watches it. */
    WAITING;

    /** Names keys of words and style classes: {@code trusted}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

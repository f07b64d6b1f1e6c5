package io.limelight.console.kit;

/** What is thought of what was typed. */
public enum Validity {
    /** Nothing was typed. */
    EMPTY,
    /** It is understood. */
    VALID,
    /** It is not. */
    INVALID
}

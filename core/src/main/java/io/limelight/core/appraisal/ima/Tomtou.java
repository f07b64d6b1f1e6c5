package io.limelight.core.appraisal.ima;

/**
 * What to make of entries that mark a violation: a file was written while it was measured (time of measure, time of use) or
 * opened for both. The kernel then measured nothing.
 */
public enum Tomtou {
    /** They are passed over. */
    ACCEPT,
    /** Each is a failure. */
    FAIL
}

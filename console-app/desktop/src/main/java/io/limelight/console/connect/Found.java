package io.limelight.console.connect;

import java.nio.file.Path;

/**
 * Something of Keylime's on this computer, or its absence.
 *
 * @param path where it is, or would be
 * @param status how it is
 * @param sentence for people
 */
public record Found(Path path, Status status, String sentence) {
    /** How it is. */
    public enum Status {
        /** It can be used. */
        USABLE,
        /** It is there and cannot be used. */
        TROUBLE,
        /** It is not there. */
        ABSENT
    }
}

package io.limelight.core.tenant;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What became of a payload, by the word of its machine.
 *
 * @param stage how far it is
 * @param runningSince since when its script runs
 * @param exit status of the script that ended
 * @param said why it failed, or what is worth knowing
 */
public record PayloadOutcome(Stage stage, Optional<String> runningSince, OptionalInt exit, Optional<String> said) {
    /** Of an agent that does not tell. */
    public static final PayloadOutcome NOT_REPORTED =
            new PayloadOutcome(Stage.NOT_REPORTED, Optional.empty(), OptionalInt.empty(), Optional.empty());

    /** How far a payload is. */
    public enum Stage {
        /** Nobody tells. */
        NOT_REPORTED,
        /** Not opened yet. */
        OPENING,
        /** Its script runs. */
        RUNNING,
        /** Opened, and its script ended if there was one. */
        DONE,
        /** It could not be used. */
        FAILED
    }
}

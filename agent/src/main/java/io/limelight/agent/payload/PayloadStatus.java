package io.limelight.agent.payload;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where a machine's payload stands; what {@code GET /limelight/v1/status} shows. Holds no secret.
 *
 * @param stage how far it came
 * @param problem why it failed, a sentence; null unless {@link Stage#FAILED}
 * @param note something worth knowing that is no failure, a sentence: no script in the archive, a script ended by a signal,
 *     a newer payload that waits; null if there is nothing to say
 * @param scriptStarted when the script was started; null if none was
 * @param scriptExit its exit status, 128 + the signal if one ended it; null while it runs or if there is none
 * @param secureSize size of the secure area as mounted, such as {@code 1m}; {@code development} where it is no memory
 */
public record PayloadStatus(
        Stage stage,
        @Nullable String problem,
        @Nullable String note,
        @Nullable Instant scriptStarted,
        @Nullable Integer scriptExit,
        String secureSize) {
    /** How far a payload came. */
    public enum Stage {
        /** Neither share is here. */
        WAITING("waiting"),
        /** U is here, V is not. */
        HAVE_U("have_u"),
        /** V is here, U is not. */
        HAVE_V("have_v"),
        /** Both are here, no pair matches its tag. */
        NO_MATCH("no_match"),
        /** K is known, and no payload that this agent knows of. */
        KEY_ONLY("key_only"),
        /** The payload is being opened. */
        UNPACKING("unpacking"),
        /** The script runs. */
        RUNNING("running"),
        /** Done. */
        DONE("done"),
        /** It could not be opened, or the script could not be started or was lost sight of. */
        FAILED("failed");

        private final String wireName;

        Stage(String wireName) {
            this.wireName = wireName;
        }

        /** The word in JSON. */
        public String wireName() {
            return wireName;
        }
    }

    /** When the running script was started; empty if none runs. */
    public Optional<Instant> runningSince() {
        return stage == Stage.RUNNING ? Optional.ofNullable(scriptStarted) : Optional.empty();
    }

    /** Exit status of the script that ended last. */
    public OptionalInt exit() {
        return scriptExit == null ? OptionalInt.empty() : OptionalInt.of(scriptExit);
    }
}

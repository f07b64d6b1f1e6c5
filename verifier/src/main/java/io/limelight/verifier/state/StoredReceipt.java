package io.limelight.verifier.state;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What a machine says it did about a notice. It is that machine's claim and proves nothing.
 *
 * @param receiver id of the machine
 * @param claim what it says
 * @param receivedAt when it was fetched
 */
public record StoredReceipt(String receiver, Claim claim, Instant receivedAt) {
    /** What a claim amounts to. */
    public enum Result {
        /** All actions that are configured there succeeded. */
        ACTED,
        /** At least one did not. */
        FAILED,
        /** There was nothing to run, or it came too late. */
        NOTHING_RUN;

        /** As in the database and on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Result of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * A receipt as it came, cut to a bounded size.
     *
     * @param number that the machine gave it
     * @param noticeId which notice it is about
     * @param type type of that notice
     * @param about the machine that the notice is about
     * @param result what it amounts to
     * @param outcome the machine's own word
     * @param reason a sentence of the machine's; may be empty
     * @param trouble which action failed, and how; empty if none did
     * @param finishedAt when it says it was done
     * @param actions how each action went: a JSON array
     * @param leftOut actions that are not in it, since that would be too much
     */
    public record Claim(
            long number,
            String noticeId,
            String type,
            String about,
            Result result,
            String outcome,
            String reason,
            String trouble,
            Optional<Instant> finishedAt,
            String actions,
            int leftOut) {}
}

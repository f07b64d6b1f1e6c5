package io.limelight.verifier.state;

import java.time.Instant;
import java.util.Locale;

/**
 * A notice as the outbox has it.
 *
 * @param sequence number of the row; later notices have higher ones
 * @param id unique to this notice
 * @param verifierId whose fleet it concerns
 * @param agentId who failed
 * @param agent number of that agent's row
 * @param type as on the wire
 * @param eventId id of the failure
 * @param severityLabel its severity
 * @param issuedAt when it was made
 * @param expiresAt after this nobody should act on it
 * @param msg the text that travels
 * @param signature base64, or empty where there was no key to sign with
 * @param state how far it is
 * @param lastAgent agents with higher numbers were added later and are not told
 * @param handedIn whether it was made elsewhere and an administrator handed it in
 */
public record StoredNotice(
        long sequence,
        String id,
        String verifierId,
        String agentId,
        long agent,
        String type,
        String eventId,
        String severityLabel,
        Instant issuedAt,
        Instant expiresAt,
        String msg,
        String signature,
        State state,
        long lastAgent,
        boolean handedIn) {
    /** How far a notice is. */
    public enum State {
        /** To be sent; not every receiver has its delivery yet. */
        NEW,
        /** Every receiver has its delivery, some are not over. */
        OPEN,
        /** The brake is on: nobody is told until an administrator says so. */
        HELD,
        /** An administrator said that nobody is told. */
        DISCARDED,
        /** Every delivery is over. */
        DONE;

        /** As in the database and on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** Whether people are not to be told, now or ever. */
    public boolean withheld() {
        return state == State.HELD || state == State.DISCARDED;
    }
}

package io.limelight.console.revocations;

import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.core.revocation.NoticeExamination;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A notice, seen closely.
 *
 * @param notice the row
 * @param msg its text, exactly as it was signed; may be empty
 * @param signature base64; empty: nobody signed it, or it is held
 * @param deliveries to whom it went, bounded
 * @param receipts what machines say they did, bounded
 * @param cut whether there are more of either than are shown
 * @param examination what is to be thought of it; empty: its text is none
 * @param fault why its text is none; may be empty
 */
public record NoticeDetail(
        Notice notice,
        String msg,
        String signature,
        List<Delivery> deliveries,
        List<Receipt> receipts,
        boolean cut,
        Optional<NoticeExamination> examination,
        String fault) {
    /** Copies. */
    public NoticeDetail {
        deliveries = List.copyOf(deliveries);
        receipts = List.copyOf(receipts);
    }

    /**
     * To one receiver.
     *
     * @param channel how
     * @param receiver machine, or where
     * @param outcome what became of it
     * @param tries how often it was tried
     * @param changed when it came to this
     * @param nextTry when it is tried again
     * @param detail half a sentence
     */
    public record Delivery(
            Channel.Kind channel,
            String receiver,
            Outcome outcome,
            long tries,
            @Nullable Instant changed,
            @Nullable Instant nextTry,
            String detail) {}

    /**
     * What a machine says it did. Proves nothing.
     *
     * @param receiver which machine
     * @param result in short
     * @param trouble which action did not succeed
     * @param actions one by one
     * @param leftOut more of them
     */
    public record Receipt(String receiver, Result result, String trouble, List<Action> actions, long leftOut) {
        /** Copies. */
        public Receipt {
            actions = List.copyOf(actions);
        }
    }

    /** In short. */
    public enum Result {
        ACTED,
        FAILED,
        NOTHING_RUN,
        /** A word that this console does not know. */
        OTHER;

        /** Names keys of words: {@code acted}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One action.
     *
     * @param name of its file
     * @param outcome in the machine's word
     * @param succeeded whether it did
     * @param exit its status; null: it has none
     * @param milliseconds how long it took
     */
    public record Action(
            String name,
            String outcome,
            boolean succeeded,
            @Nullable Long exit,
            long milliseconds) {}
}

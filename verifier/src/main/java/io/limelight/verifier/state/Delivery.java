package io.limelight.verifier.state;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One notice on its way to one receiver.
 *
 * @param notice number of the notice
 * @param channel how it travels
 * @param receiver id of the agent; empty where a channel has one receiver
 * @param outcome how far it is
 * @param unsure whether an earlier request may have arrived
 * @param tries requests so far
 * @param nextTry when it is tried again, while it waits for that
 * @param changedAt when this became known
 * @param detail a sentence, or part of one; empty where there is nothing to add
 */
public record Delivery(
        long notice,
        Channel channel,
        String receiver,
        Outcome outcome,
        boolean unsure,
        int tries,
        Optional<Instant> nextTry,
        Instant changedAt,
        String detail) {
    /** How notices travel. */
    public enum Channel {
        /** A request to each agent. */
        AGENT,
        /** A request to one address. */
        WEBHOOK,
        /** Published to whoever listens. */
        ZEROMQ;

        /** As in the configuration, in the database and on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Channel of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        /** The channel of that name in the configuration. */
        public static Optional<Channel> named(String word) {
            for (Channel channel : values()) {
                if (channel.word().equals(word)) {
                    return Optional.of(channel);
                }
            }
            return Optional.empty();
        }
    }

    /** How far a delivery is. */
    public enum Outcome {
        /** Under way. */
        SENDING,
        /** To be tried again. */
        WAITING,
        /** The receiver has it; what it does with it is another matter. */
        DELIVERED,
        /** The receiver answered that it does not want it. */
        REFUSED,
        /** It may have arrived, and the receiver would act on it twice: it is not repeated. */
        UNKNOWN,
        /** The notice expired before the receiver could be reached. */
        EXPIRED,
        /** Tried as often as configured: a dead letter. */
        DEAD,
        /** The agent was deleted meanwhile. */
        GONE;

        /** As in the database and on the wire. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Outcome of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        /** Whether nothing more comes of it. */
        public boolean over() {
            return this != SENDING && this != WAITING;
        }
    }
}

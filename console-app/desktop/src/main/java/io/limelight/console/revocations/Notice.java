package io.limelight.console.revocations;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A notice of a failure as a list tells it.
 *
 * @param sequence grows
 * @param id its own
 * @param state how far it is
 * @param type {@code revocation} or another
 * @param machine id as it stands there, printable
 * @param eventId what happened
 * @param severity label
 * @param issued when it was made; null: it does not say
 * @param signed whether anybody signed it
 * @param handedIn whether another one made it
 * @param deliveries how many of each outcome, by channel
 * @param said what machines say they did
 */
public record Notice(
        long sequence,
        String id,
        State state,
        String type,
        String machine,
        String eventId,
        String severity,
        @Nullable Instant issued,
        boolean signed,
        boolean handedIn,
        Map<Channel.Kind, Map<Outcome, Long>> deliveries,
        Said said) {
    /** Copies. */
    public Notice {
        deliveries = Map.copyOf(deliveries);
    }

    /** How far it is. */
    public enum State {
        /** Being sent. */
        NEW,
        /** Some receivers do not have it yet. */
        OPEN,
        /** The brake holds it. */
        HELD,
        /** An administrator decided that it is never sent. */
        DISCARDED,
        /** Over. */
        DONE,
        /** Came to this console's receiver, signed by a notifier it knows. */
        RECEIVED,
        /** Came to this console's receiver, and nobody known signed it. */
        UNVERIFIED;

        /** Names keys of words: {@code held}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What became of a delivery. */
    public enum Outcome {
        SENDING,
        WAITING,
        DELIVERED,
        REFUSED,
        UNKNOWN,
        EXPIRED,
        DEAD,
        GONE;

        /** Names keys of words: {@code waiting}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Nothing more will come. */
        boolean over() {
            return this != SENDING && this != WAITING;
        }
    }

    /**
     * How many machines say what.
     *
     * @param acted all their actions succeeded
     * @param failed one did not
     * @param nothing there was nothing to run
     * @param unknown have it and say nothing
     */
    public record Said(long acted, long failed, long nothing, long unknown) {
        /** Nobody says anything. */
        public static final Said NOTHING = new Said(0, 0, 0, 0);
    }

    /** How many machines were to be told. */
    public long receivers() {
        return deliveries.getOrDefault(Channel.Kind.AGENT, Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How many machines have it. */
    public long told() {
        return count(Outcome.DELIVERED);
    }

    /** How many machines there are of an outcome. */
    public long count(Outcome outcome) {
        return deliveries.getOrDefault(Channel.Kind.AGENT, Map.of()).getOrDefault(outcome, 0L);
    }
}

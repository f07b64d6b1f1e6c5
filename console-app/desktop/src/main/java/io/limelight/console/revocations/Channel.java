package io.limelight.console.revocations;

import io.limelight.console.problem.Problem;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A way by which a failure is made known.
 *
 * @param kind which
 * @param light how it is
 * @param to where it goes; may be empty
 * @param waiting deliveries that are not over
 * @param lastSuccess when it worked last; null: never, as far as is known
 * @param lastFailure when it did not; null: never
 * @param trouble why it did not, or why it is off; half a sentence, may be empty
 */
public record Channel(
        Kind kind,
        Light light,
        String to,
        long waiting,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastFailure,
        String trouble) {
    /** Which way. */
    public enum Kind {
        /** Each machine, by a request. */
        AGENT,
        /** One server, by a request. */
        WEBHOOK,
        /** Whoever listens. */
        ZEROMQ,
        /** Whoever asks for the list of revoked certificates. */
        CRL;

        /** Names keys of words: {@code agent}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Kind> named(String wire) {
            return switch (wire) {
                case "agent" -> Optional.of(AGENT);
                case "webhook" -> Optional.of(WEBHOOK);
                case "zeromq" -> Optional.of(ZEROMQ);
                default -> Optional.empty();
            };
        }
    }

    /** How it is. */
    public enum Light {
        /** What went last arrived. */
        WORKING,
        /** Something is still to be delivered. */
        OPEN,
        /** What went last did not arrive. */
        BROKEN,
        /** It is switched on, and nothing has gone yet. */
        UNUSED,
        /** It is switched off, or there is none. */
        OFF;

        /** Names keys of words: {@code working}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a way stands by what is known of it. */
    static Light light(boolean enabled, long waiting, @Nullable Instant success, @Nullable Instant failure) {
        if (!enabled) {
            return Light.OFF;
        }
        if (waiting > 0) {
            return Light.OPEN;
        }
        if (failure != null && (success == null || failure.isAfter(success))) {
            return Light.BROKEN;
        }
        return success == null ? Light.UNUSED : Light.WORKING;
    }

    /**
     * What came of a test.
     *
     * @param kind which way
     * @param delivered whether the receiver has it
     * @param detail why not; half a sentence
     * @param problem where the verifier could not even be asked; null: it was
     */
    public record Tested(
            Kind kind,
            boolean delivered,
            String detail,
            @Nullable Problem problem) {}
}

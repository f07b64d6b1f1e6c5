package io.limelight.registrar;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How attempts to register came out since the start of the program. */
final class RegistrarTally {
    private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

    RegistrarTally() {
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new LongAdder());
        }
    }

    /** What came of a request. */
    enum Outcome {
        /** Its data is in order, the TPM is challenged. */
        CHALLENGED,
        /** The TPM answered its challenge: the machine is registered. */
        ACTIVATED,
        /** Its data is malformed or contradicts itself. */
        INVALID,
        /** The id belongs to another TPM. */
        ANOTHER_TPM,
        /** The id registers too often. */
        TOO_OFTEN,
        /** Too many wait for their activation. */
        TOO_MANY,
        /** The challenge was answered wrongly. */
        WRONG_TAG,
        /** There is nothing to activate. */
        NOT_PENDING;

        boolean refusal() {
            return this != CHALLENGED && this != ACTIVATED;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void count(Outcome outcome) {
        Objects.requireNonNull(counts.get(outcome)).increment();
    }

    void refused(RegistrationRefusedException refusal) {
        count(
                switch (refusal.status()) {
                    case 403 -> Outcome.ANOTHER_TPM;
                    case 503 -> Outcome.TOO_MANY;
                    default -> Outcome.INVALID;
                });
    }

    long of(Outcome outcome) {
        return Objects.requireNonNull(counts.get(outcome)).sum();
    }
}

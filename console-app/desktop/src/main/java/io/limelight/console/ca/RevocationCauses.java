package io.limelight.console.ca;

import java.time.Instant;

/** Finds the notice of a revocation board that a certificate was revoked for. */
@FunctionalInterface
public interface RevocationCauses {
    /** Nobody can say. */
    RevocationCauses NONE = (_, _) -> new Cause.Unknown();

    /**
     * What is known. On the screen's thread.
     *
     * @param machine whose certificate it is
     * @param at since when the CA counts it as revoked
     */
    Cause of(String machine, Instant at);

    /** What is known. */
    sealed interface Cause {
        /**
         * It is on the board.
         *
         * @param open shows it there
         */
        record Known(Runnable open) implements Cause {}

        /** The board has none that fits. */
        record NotListed() implements Cause {}

        /** The board is not there. */
        record Unknown() implements Cause {}
    }
}

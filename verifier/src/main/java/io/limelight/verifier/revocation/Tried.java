package io.limelight.verifier.revocation;

import io.limelight.verifier.state.Delivery.Outcome;

/**
 * What came of one try to deliver a notice.
 *
 * @param outcome {@link Outcome#WAITING} if it is worth another try
 * @param unsure whether the request may have arrived
 * @param detail a sentence, or part of one
 */
record Tried(Outcome outcome, boolean unsure, String detail) {
    static Tried delivered() {
        return new Tried(Outcome.DELIVERED, false, "");
    }

    static Tried refused(String why) {
        return new Tried(Outcome.REFUSED, false, why);
    }

    static Tried unknown(String why) {
        return new Tried(Outcome.UNKNOWN, true, why);
    }

    static Tried again(boolean unsure, String why) {
        return new Tried(Outcome.WAITING, unsure, why);
    }
}

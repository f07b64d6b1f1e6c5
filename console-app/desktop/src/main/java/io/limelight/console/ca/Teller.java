package io.limelight.console.ca;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.task.Cancellation;

/** Has the machines of the fleet told that a certificate is revoked. */
public interface Teller {
    /** Why it cannot: key of words. Empty: it can. Never blocks. */
    String hindrance();

    /**
     * Hands a notice to the verifier; blocks.
     *
     * @return whether the verifier's brake holds it
     */
    boolean tell(OwnNotice.Signed notice, Cancellation cancellation) throws ProblemException;

    /** Where there is no verifier. */
    static Teller none() {
        return new Teller() {
            @Override
            public String hindrance() {
                return "ca.tell.no-fleet";
            }

            @Override
            public boolean tell(OwnNotice.Signed notice, Cancellation cancellation) {
                return false;
            }
        };
    }
}

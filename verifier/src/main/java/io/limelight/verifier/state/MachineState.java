package io.limelight.verifier.state;

import io.limelight.core.api.OperationalState;
import java.util.Locale;

/** How a machine stands, in one word: what the wire numbers, and whether it has ever passed. */
public enum MachineState {
    /** Not asked yet. */
    WAITING,
    /** Asked, and it has not passed yet; or begun anew. */
    PROVING,
    /** It passed last. */
    TRUSTED,
    /** It does not answer and is asked again for a while. */
    NOT_ANSWERING,
    /** Its evidence failed. */
    FAILED,
    /** Not asked until reactivated, for another reason than its evidence. */
    GIVEN_UP,
    /** Paused by an administrator. */
    PAUSED,
    /** Stopped by an administrator. */
    STOPPED,
    /** About to be gone. */
    BEING_DELETED;

    /** Of a machine. */
    public static MachineState of(Progress progress) {
        return of(progress.state(), progress.appraisal().attestationCount() > 0);
    }

    /** Of a machine in that state, which has passed or not. */
    static MachineState of(OperationalState state, boolean passed) {
        return switch (state) {
            case REGISTERED, START -> passed ? PROVING : WAITING;
            case SAVED -> PAUSED;
            case GET_QUOTE, PROVIDE_V -> passed ? TRUSTED : PROVING;
            case GET_QUOTE_RETRY, PROVIDE_V_RETRY -> NOT_ANSWERING;
            case FAILED -> GIVEN_UP;
            case INVALID_QUOTE -> FAILED;
            case TERMINATED -> BEING_DELETED;
            case TENANT_FAILED -> STOPPED;
        };
    }

    /** As it stands in answers. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

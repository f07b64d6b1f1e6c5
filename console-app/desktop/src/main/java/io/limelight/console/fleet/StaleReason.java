package io.limelight.console.fleet;

/** Why a machine is {@link MachineState#STALE}. */
public enum StaleReason {
    /** It is not. */
    NONE,
    /** Its last pass is older than the limit. */
    TOO_OLD,
    /** It does not answer the verifier. */
    NOT_ANSWERING,
    /** The verifier gave it up, for another reason than its evidence. */
    GIVEN_UP,
    /** An administrator paused it. */
    PAUSED,
    /** An administrator stopped it. */
    STOPPED,
    /** The server that would know has not answered lately. */
    SERVER_SILENT
}

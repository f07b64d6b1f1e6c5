package io.limelight.agent.tpm;

/** What kind of trouble a TPM makes, as far as anybody acts differently on it. */
public enum TpmProblem {
    /** There is no TPM at the configured place, or it may not be opened. */
    ABSENT,
    /** The connection broke or the TPM did not answer in time. */
    LINK_LOST,
    /** TPM2_Startup has not been sent since its last reset. */
    NOT_INITIALISED,
    /** Dictionary-attack lockout. */
    LOCKED_OUT,
    /** A password or policy was not accepted. */
    ACCESS_REFUSED,
    /** It asks to come back later and kept asking. */
    BUSY,
    /** It has no room for another key or session. */
    OUT_OF_MEMORY,
    /** An object or session handle means nothing (any more). */
    STALE_HANDLE,
    /** It lacks an algorithm, a key size, a PCR bank or a command that is needed. */
    UNSUPPORTED,
    /** A blob was made by or for another TPM, or was altered. */
    FOREIGN_BLOB,
    /** PCR values kept changing while they were being quoted. */
    PCRS_CHANGING,
    /** It is in failure mode and needs a power cycle. */
    BROKEN,
    /** Bytes came back that are no TPM answer. */
    MALFORMED_ANSWER,
    /** Any other refusal. */
    REFUSED
}

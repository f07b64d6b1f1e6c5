package io.limelight.agent.registration;

import org.jspecify.annotations.Nullable;

/** The machine could not be registered and trying again will not help. The message says why and what to do. */
public final class RegistrationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What stands in the way. */
    public enum Reason {
        /** The registrar knows this id with other keys (403). */
        OTHER_IDENTITY_REGISTERED,
        /** The registrar does not accept what was sent. */
        REFUSED,
        /** No API version in common. */
        NO_COMMON_VERSION,
        /** The challenge cannot be opened by this machine's TPM. */
        WRONG_TPM,
        /** The TPM failed. */
        TPM
    }

    private final Reason reason;

    RegistrationException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What stands in the way. */
    public Reason reason() {
        return reason;
    }
}

package io.limelight.core.endorsement;

import org.jspecify.annotations.Nullable;

/** An endorsement key that is not accepted. The message is made of sentences for people: why, and what to do. */
public final class EndorsementException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What was wrong. */
    public enum Reason {
        /** The machine registered no certificate for its EK. */
        NO_CERTIFICATE,
        /** What it registered is no X.509 certificate. */
        MALFORMED,
        /** The certificate speaks of another key. */
        OTHER_KEY,
        /** A certificate, but not one for an endorsement key. */
        NOT_FOR_ENDORSEMENT,
        /** Past its end, or before its beginning. */
        NOT_VALID_NOW,
        /** No trusted vendor issued it. */
        UNKNOWN_VENDOR,
        /** It names a trusted vendor, whose signature it does not bear. */
        FORGED,
        /** The store of vendor certificates cannot be used. */
        STORE,
        /** The administrator's program said no. */
        SCRIPT_REFUSED,
        /** The administrator's program could not be run, or did not end in time. */
        SCRIPT_FAILED
    }

    private final Reason reason;

    EndorsementException(Reason reason, String sentences) {
        this(reason, sentences, null);
    }

    EndorsementException(Reason reason, String sentences, @Nullable Throwable cause) {
        super(sentences, cause);
        this.reason = reason;
    }

    /** What was wrong. */
    public Reason reason() {
        return reason;
    }
}

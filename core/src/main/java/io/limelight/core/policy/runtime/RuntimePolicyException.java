package io.limelight.core.policy.runtime;

import org.jspecify.annotations.Nullable;

/** A runtime policy that cannot be used. */
public final class RuntimePolicyException extends Exception {
    /** What kind of fault it is; callers map it to a status. */
    public enum Reason {
        /** Larger than allowed; nothing of it was read. */
        TOO_LARGE,
        /** No JSON. */
        NOT_JSON,
        /** JSON, but not a policy: some member is missing or wrong. */
        MALFORMED
    }

    private final Reason reason;
    private final String place;

    RuntimePolicyException(Reason reason, String place, String sentence, @Nullable Throwable cause) {
        super(place.isEmpty() ? sentence : place + ": " + sentence, cause);
        this.reason = reason;
        this.place = place;
    }

    static RuntimePolicyException malformed(String place, String sentence) {
        return new RuntimePolicyException(Reason.MALFORMED, place, sentence, null);
    }

    /** What kind of fault it is. */
    public Reason reason() {
        return reason;
    }

    /** The member that is wrong, such as {@code digests["/usr/bin/ls"]}; empty if it is the whole. */
    public String place() {
        return place;
    }
}

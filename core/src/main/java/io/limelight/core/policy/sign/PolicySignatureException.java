package io.limelight.core.policy.sign;

import org.jspecify.annotations.Nullable;

/** An envelope or a key that cannot be used; the message is a clause that fits after the file's name and a colon. */
public final class PolicySignatureException extends Exception {
    private static final long serialVersionUID = 1L;

    PolicySignatureException(String clause) {
        this(clause, null);
    }

    PolicySignatureException(String clause, @Nullable Throwable cause) {
        super(clause, cause);
    }
}

package io.limelight.verifier.attest;

import org.jspecify.annotations.Nullable;

/** What was said of a machine cannot be used; the message is a sentence that names the member. */
public final class InvalidEnrolmentException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the reason. */
    public InvalidEnrolmentException(String message) {
        this(message, null);
    }

    /** With the reason and where it came from. */
    public InvalidEnrolmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.limelight.core.payload;

/** A payload, share or archive that cannot be used; the message says what, where, and what to do. */
public final class PayloadException extends Exception {
    private static final long serialVersionUID = 1L;

    public PayloadException(String message) {
        super(message);
    }

    public PayloadException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.limelight.core.api;

/**
 * Bytes from a peer are not what the route speaks. The message says what is wrong and, where known, at which member;
 * it never quotes content.
 */
public final class WireFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With the sentence part, such as {@code "the member port is no number"}. */
    public WireFormatException(String message) {
        super(message);
    }

    /** With the cause for logs. */
    public WireFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.limelight.agent.payload;

/** There is no place for secrets; the message says why and what to do. */
public final class SecureAreaException extends Exception {
    private static final long serialVersionUID = 1L;

    public SecureAreaException(String message) {
        super(message);
    }

    public SecureAreaException(String message, Throwable cause) {
        super(message, cause);
    }
}

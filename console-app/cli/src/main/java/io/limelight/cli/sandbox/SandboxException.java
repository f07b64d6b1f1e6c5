package io.limelight.cli.sandbox;

/** The sandbox cannot go on; the message says what failed, where to look, and what to do. */
public final class SandboxException extends Exception {
    private static final long serialVersionUID = 1L;

    public SandboxException(String message) {
        super(message);
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}

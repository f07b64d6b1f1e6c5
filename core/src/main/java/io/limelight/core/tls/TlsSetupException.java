package io.limelight.core.tls;

/** Key or trust material that cannot be used; the message names the file, what is wrong and what to do. */
public final class TlsSetupException extends Exception {
    private static final long serialVersionUID = 1L;

    public TlsSetupException(String message) {
        super(message);
    }

    public TlsSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}

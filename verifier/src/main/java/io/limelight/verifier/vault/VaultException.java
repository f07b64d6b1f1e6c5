package io.limelight.verifier.vault;

/** The storage key cannot be used; the message says which file, why, and what to do. Never holds a secret. */
public final class VaultException extends Exception {
    private static final long serialVersionUID = 1L;

    VaultException(String message) {
        super(message);
    }

    VaultException(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.limelight.verifier.policy;

/** A policy that is not taken; says why in a sentence for whoever sent it. */
public final class PolicyRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    PolicyRefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    PolicyRefusedException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status that says so: 400, 401, 404 or 409. */
    public int status() {
        return status;
    }
}

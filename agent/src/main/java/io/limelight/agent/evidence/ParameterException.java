package io.limelight.agent.evidence;

/** A request's parameter cannot be used; the message is the status text of the 400, word for word as peers know it. */
public final class ParameterException extends Exception {
    private static final long serialVersionUID = 1L;

    public ParameterException(String message) {
        super(message);
    }
}

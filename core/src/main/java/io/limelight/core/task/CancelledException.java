package io.limelight.core.task;

/** The work was stopped on request. */
public final class CancelledException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Nothing to add. */
    public CancelledException() {
        super("Cancelled.");
    }
}

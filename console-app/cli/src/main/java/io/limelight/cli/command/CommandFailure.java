package io.limelight.cli.command;

import org.jspecify.annotations.Nullable;

/** A command that ends with an exit status of its own and one sentence on standard error. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    /**
     * A failure.
     *
     * @param exitStatus as in the table of exit statuses: 1 an error, 2 wrong usage, 255 for {@code userdata-encrypt}
     * @param sentence what is wrong, where, and what to do; empty if everything has been said already
     */
    public CommandFailure(int exitStatus, String sentence) {
        this(exitStatus, sentence, null);
    }

    /** A failure with what led to it, shown with {@code --debug} only. */
    public CommandFailure(int exitStatus, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitStatus = exitStatus;
    }

    /** What the process ends with. */
    public int exitStatus() {
        return exitStatus;
    }
}

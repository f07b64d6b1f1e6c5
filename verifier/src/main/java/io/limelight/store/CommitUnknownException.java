package io.limelight.store;

import java.sql.SQLException;

/** A transaction was to be committed, and the connection was lost before the answer: it was, or it was not. */
final class CommitUnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    CommitUnknownException(SQLException cause) {
        super(cause);
    }
}

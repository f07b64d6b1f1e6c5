package io.limelight.core.ca;

import org.jspecify.annotations.Nullable;

/** A certificate authority's folder that cannot be made or used; the message names the file and what to do. */
public final class CaException extends Exception {
    private static final long serialVersionUID = 1L;

    public CaException(String message) {
        super(message);
    }

    public CaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

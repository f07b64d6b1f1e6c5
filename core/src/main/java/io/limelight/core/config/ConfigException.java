package io.limelight.core.config;

import org.jspecify.annotations.Nullable;

/** A configuration that stops the start; the message names file, line and reason. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

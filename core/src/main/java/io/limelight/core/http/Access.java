package io.limelight.core.http;

/** Who may use a route. */
public enum Access {
    /** Anybody the listener lets in. */
    ANYONE,
    /** An administrator, or an observer whose certificate the configuration names: for reading only. */
    OBSERVER,
    /** A client certificate under {@code trusted_client_ca} whose subject has a CN (wire reference §0.5), and which names no observer. */
    ADMINISTRATOR
}

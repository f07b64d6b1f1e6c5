package io.limelight.core.http;

/** Who may use a route. */
public enum Access {
    /** Anybody the listener lets in. */
    ANYONE,
    /** A client certificate under {@code trusted_client_ca} whose subject has a CN (wire reference §0.5). */
    ADMINISTRATOR
}

package io.limelight.core.api;

import java.util.Arrays;
import java.util.Optional;

/** The verifier's state of a machine as the wire numbers it (reference §6.1). */
public enum OperationalState {
    /** Known to the registrar only. */
    REGISTERED(0, "Registered"),
    /** Added, first quote pending. */
    START(1, "Start"),
    /** Not used in practice. */
    SAVED(2, "Saved"),
    /** Normal polling. */
    GET_QUOTE(3, "Get Quote"),
    /** A poll is being repeated. */
    GET_QUOTE_RETRY(4, "Get Quote (retry)"),
    /** The share V is being delivered. */
    PROVIDE_V(5, "Provide V"),
    /** Its delivery is being repeated. */
    PROVIDE_V_RETRY(6, "Provide V (retry)"),
    /** Communication, protocol or internal failure. */
    FAILED(7, "Failed"),
    /** Deletion pending. */
    TERMINATED(8, "Terminated"),
    /** Attestation failed. */
    INVALID_QUOTE(9, "Invalid Quote"),
    /** Stopped by a tenant. */
    TENANT_FAILED(10, "Tenant Quote Failed");

    private final int number;
    private final String text;

    OperationalState(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** What command lines print. */
    public String text() {
        return text;
    }

    /** The state with that number. */
    public static Optional<OperationalState> of(long number) {
        return Arrays.stream(values()).filter(state -> state.number == number).findFirst();
    }
}

package io.limelight.console.connect;

import io.limelight.core.api.Endpoint;
import java.util.Optional;

/**
 * A step as the page shows it.
 *
 * @param server whom it concerns
 * @param check which step
 * @param running whether it is under way
 * @param finding what came of it; empty: nothing yet
 */
public record DoctorRow(Endpoint.Service server, Check check, boolean running, Optional<Finding> finding) {
    /** Stable: {@code verifier.tls}. */
    public String id() {
        return server.word() + "." + check.key();
    }
}

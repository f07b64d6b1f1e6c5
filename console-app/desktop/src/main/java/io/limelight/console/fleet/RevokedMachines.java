package io.limelight.console.fleet;

import io.limelight.core.api.AgentId;

/** Whose certificate is revoked: what the CA of the profile knows, not what a verifier guesses. */
@FunctionalInterface
public interface RevokedMachines {
    /** Of a profile without a CA: nobody's is. */
    RevokedMachines NONE = _ -> false;

    /** Never blocks. */
    boolean revoked(AgentId id);
}

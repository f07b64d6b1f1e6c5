package io.limelight.verifier.state;

import java.util.Optional;

/**
 * Names of the policies an agent is judged by.
 *
 * @param runtime of its runtime policy
 * @param boot of its measured boot policy
 * @param imaKeys keyring that goes before that of the runtime policy, JSON; empty for none
 */
public record AgentPolicies(Optional<String> runtime, Optional<String> boot, String imaKeys) {
    /** Its PCRs alone are judged. */
    public static final AgentPolicies NONE = new AgentPolicies(Optional.empty(), Optional.empty(), "");
}

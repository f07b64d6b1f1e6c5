package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.policy.TpmPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an administrator wants for several machines at once: the same payload, the same policies. A machine that is enrolled already is
 * enrolled anew, and the plan says so.
 *
 * @param machines in the order of issue
 * @param payload what each gets
 * @param policyChoice where its policies come from
 * @param tpmPolicy values PCRs may have
 * @param password where {@code --ca-password-file} of the command line would point; empty: asked at the terminal
 */
public record ProvisionDraft(
        List<AgentId> machines,
        PayloadChoice payload,
        PolicyChoice policyChoice,
        TpmPolicy tpmPolicy,
        Optional<String> password) {
    /** More at once is several fleets. */
    public static final int MOST = 1000;

    /** Copies the list. */
    public ProvisionDraft {
        machines = List.copyOf(machines);
    }

    EnrolmentDraft of(AgentId id, boolean replace, PreparedPolicies policies) {
        return new EnrolmentDraft(
                id,
                replace,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                payload,
                tpmPolicy,
                policies,
                payload.withKey(),
                Optional.empty());
    }
}

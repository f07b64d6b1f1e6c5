package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.policy.TpmPolicy;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an administrator wants: this machine watched, by this policy, with this payload.
 *
 * @param id which machine
 * @param replace whether an enrolment that exists is deleted first ({@code update}); otherwise it is an error
 * @param checkBeforeDelete with {@code replace}: ask the verifier for the machine before deleting it there
 * @param host where this program reaches the machine; empty for what it registered
 * @param port its port; empty for what it registered
 * @param hostForVerifier where the verifier reaches it; empty for the same
 * @param payload what it gets
 * @param tpmPolicy values its PCRs may have
 * @param policies what it may run and how it may boot, read and checked
 * @param proveKey whether to wait until the machine has proved that it holds the key ({@code --verify})
 * @param agentVersion API version to speak with the machine; empty for the newest both have
 */
public record EnrolmentDraft(
        AgentId id,
        boolean replace,
        boolean checkBeforeDelete,
        Optional<String> host,
        OptionalInt port,
        Optional<String> hostForVerifier,
        PayloadChoice payload,
        TpmPolicy tpmPolicy,
        PreparedPolicies policies,
        boolean proveKey,
        Optional<ApiVersion> agentVersion) {
    /** The machine as it registered, no payload, no policy. */
    public static EnrolmentDraft of(AgentId id) {
        return new EnrolmentDraft(
                id,
                false,
                true,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                new PayloadChoice.None(),
                TpmPolicy.EMPTY,
                PreparedPolicies.NONE,
                false,
                Optional.empty());
    }

    /** The same for another machine. */
    public EnrolmentDraft about(AgentId other) {
        return new EnrolmentDraft(
                other,
                replace,
                checkBeforeDelete,
                host,
                port,
                hostForVerifier,
                payload,
                tpmPolicy,
                policies,
                proveKey,
                agentVersion);
    }
}

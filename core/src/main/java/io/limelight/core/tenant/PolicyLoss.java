package io.limelight.core.tenant;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a machine was judged by and is not any more once another enrolment takes the place of the former one: an update replaces
 * all of it, so a policy that is not given again is gone, and the machine passes whatever it runs.
 */
final class PolicyLoss {
    private PolicyLoss() {}

    /** A sentence; empty if every kind of policy is given again. */
    static Optional<String> sentence(EnrolmentDraft draft, AgentStatus former) {
        PreparedPolicies policies = draft.policies();
        List<String> lost = new ArrayList<>();
        List<String> options = new ArrayList<>();
        lostPcrs(draft.tpmPolicy(), former).ifPresent(text -> {
            lost.add(text);
            options.add("--tpm_policy");
        });
        if (former.hasRuntimePolicy()
                && policies.runtime().isEmpty()
                && policies.runtimeName().isEmpty()) {
            lost.add("its runtime policy");
            options.add("--runtime-policy or --runtime-policy-name");
        }
        if (former.hasMbRefstate()
                && policies.boot().isEmpty()
                && policies.bootName().isEmpty()) {
            lost.add("its measured boot policy");
            options.add("--mb-policy or --mb-policy-name");
        }
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("Machine " + draft.id() + " is not judged any more by " + String.join(" and ", lost)
                        + ": an update replaces the whole enrolment. To keep being judged by it, enrol it once more"
                        + " with -c update and " + String.join(", ", options) + ".");
    }

    private static Optional<String> lostPcrs(TpmPolicy now, AgentStatus former) {
        String text = former.tpmPolicy();
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        SortedSet<Integer> lost;
        try {
            lost = new TreeSet<>(TpmPolicy.fromWire(text).allowed().keySet());
        } catch (TpmPolicyException e) {
            // Of another make, so nobody can say that what is given now covers it.
            return Optional.of("its former tpm_policy (which cannot be read here)");
        }
        lost.removeAll(now.allowed().keySet());
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of("its tpm_policy (PCR "
                        + lost.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")");
    }
}

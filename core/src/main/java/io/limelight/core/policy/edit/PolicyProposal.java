package io.limelight.core.policy.edit;

import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyExplainer;
import io.limelight.core.policy.create.PolicyExplainer.Explanation;
import io.limelight.core.policy.runtime.RuntimePolicy;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * The smallest change of a policy that would pass rows which failed under it: one digest for one name each, never an exclusion, which
 * would pass more than what was seen. That it would pass is no reason to approve it; a person decides.
 *
 * @param changes each once, in order; what the policy has already is not among them
 * @param unsolved why no change passes some rows: each a name and the end of a sentence
 */
public record PolicyProposal(List<PolicyDifference> changes, List<String> unsolved) {
    /** Copies the lists. */
    public PolicyProposal {
        changes = List.copyOf(changes);
        unsolved = List.copyOf(unsolved);
    }

    /**
     * Proposes.
     *
     * @param rows of IMA lists, in ASCII, that failed
     */
    public static PolicyProposal of(Collection<String> rows, RuntimePolicy policy) {
        byte[] list = (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
        Explanation explanation = PolicyExplainer.explain(list, policy, false);
        return new PolicyProposal(
                explanation.changes(),
                explanation.rows().stream()
                        .filter(row -> row.change().isEmpty())
                        .map(row -> row.name() + " " + row.reason())
                        .toList());
    }
}

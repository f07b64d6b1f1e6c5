package io.limelight.console.policies;

import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.create.PolicyLint;
import io.limelight.core.policy.create.PolicyLint.Finding;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.edit.ExcludeCounts;
import io.limelight.core.policy.edit.MeasuredNames;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What was found out about a policy as it is.
 *
 * @param findings of the lint, the worst first
 * @param excludes how much each exclusion hides, by pattern; empty where no evidence was looked at
 * @param rows of evidence it was compared with
 * @param unseen how many paths no machine measured; only where evidence was looked at
 * @param refusal why it cannot be sent as it is
 * @param pending newer ones are on their way
 */
record Checks(
        List<Finding> findings,
        Map<String, ExcludeCounts.Result> excludes,
        long rows,
        int unseen,
        Optional<String> refusal,
        boolean pending) {
    /** The lint's name for an exclusion that matches every path. */
    static final String EVERYTHING = "exclude-everything";

    static final Checks NONE = new Checks(List.of(), Map.of(), 0, 0, Optional.empty(), false);

    Checks {
        findings = List.copyOf(findings);
        excludes = Map.copyOf(excludes);
    }

    Checks begun() {
        return new Checks(findings, excludes, rows, unseen, refusal, true);
    }

    /** Takes its time. */
    static Checks of(EditedPolicy policy, MeasuredNames seen, LocalDateTime now, Cancellation cancellation) {
        try {
            RuntimePolicy whole = policy.isChanged() ? read(policy.text(now)) : policy.base();
            List<Finding> findings = PolicyLint.lint(whole).stream()
                    .sorted(java.util.Comparator.comparing(Finding::level))
                    .toList();
            int unseen = seen.total() == 0
                    ? 0
                    : seen.unseen(policy.names(Member.DIGESTS)).size();
            Map<String, ExcludeCounts.Result> counts =
                    ExcludeCounts.count(policy.excludes(), seen, cancellation).stream()
                            .collect(Collectors.toMap(
                                    ExcludeCounts.Count::pattern, ExcludeCounts.Count::result, (first, _) -> first));
            return new Checks(findings, counts, seen.total(), unseen, Optional.empty(), false);
        } catch (PolicySourceException | RuntimePolicyException e) {
            return new Checks(List.of(), Map.of(), seen.total(), 0, Optional.of(String.valueOf(e.getMessage())), false);
        } catch (CancelledException e) {
            return NONE;
        }
    }

    private static RuntimePolicy read(String text) throws RuntimePolicyException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return RuntimePolicyReader.forUpload(bytes, Math.max(bytes.length, RuntimePolicyReader.MAX_BYTES));
    }

    /** Whether it judges nothing at all. */
    boolean acceptsAll() {
        return findings.stream().anyMatch(finding -> finding.code().equals(EVERYTHING));
    }
}

package io.limelight.core.policy.edit;

import io.limelight.core.policy.create.PolicyComparison;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Two people changed one policy: what each changed since both had it in common, and three ways on, none of which loses a change
 * without its being seen.
 *
 * @param mine what I changed
 * @param theirs what the others changed
 * @param both what I changed of names that the others changed otherwise
 */
public record PolicyConflict(List<PolicyDifference> mine, List<PolicyDifference> theirs, List<PolicyDifference> both) {
    /** Copies the lists. */
    public PolicyConflict {
        mine = List.copyOf(mine);
        theirs = List.copyOf(theirs);
        both = List.copyOf(both);
    }

    private record Place(Member member, String name) {
        static Place of(PolicyDifference change) {
            // Of what has no names each value is a place of its own.
            return new Place(change.member(), change.name().isEmpty() ? change.value() : change.name());
        }
    }

    /**
     * Compares.
     *
     * @param mine with my changes, on top of what both had in common
     * @param theirs as the verifier has it now
     */
    public static PolicyConflict of(EditedPolicy mine, EditedPolicy theirs) {
        List<PolicyDifference> ours = mine.changes();
        List<PolicyDifference> others = PolicyComparison.differences(read(mine).draft(), theirs.draft());
        Set<PolicyDifference> same = new HashSet<>(others);
        Set<Place> places = new HashSet<>();
        others.forEach(change -> places.add(Place.of(change)));
        return new PolicyConflict(
                ours,
                others,
                ours.stream()
                        .filter(change -> !same.contains(change) && places.contains(Place.of(change)))
                        .toList());
    }

    private static EditedPolicy read(EditedPolicy policy) {
        try {
            return EditedPolicy.of(policy.baseText());
        } catch (io.limelight.core.policy.runtime.RuntimePolicyException e) {
            throw new IllegalStateException("a policy that was read before", e);
        }
    }

    /** Theirs with my changes on top: of what both changed, mine counts. */
    public static EditedPolicy mineOnTop(EditedPolicy mine, EditedPolicy theirs) {
        EditedPolicy result = theirs.with(mine.changes());
        return mine.keysOrRulesChanged() ? result.like(mine) : result;
    }

    /** Everything that either allows: what one removed and the other has stays. */
    public static EditedPolicy union(EditedPolicy mine, EditedPolicy theirs) {
        return theirs.with(PolicyComparison.differences(theirs.draft(), mine.draft()).stream()
                .filter(change -> change.added() && change.member() != Member.LOG_HASH)
                .toList());
    }
}

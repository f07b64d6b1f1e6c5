package io.limelight.core.policy.create;

import io.limelight.core.policy.create.PolicyDifference.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What two policies have in common and what not. Order, repetition, {@code meta} and {@code release} do not count. */
public final class PolicyComparison {
    private PolicyComparison() {}

    /** What makes the second of the first: removals before additions, name by name. */
    public static List<PolicyDifference> differences(PolicyDraft before, PolicyDraft after) {
        List<PolicyDifference> found = new ArrayList<>();
        tables(found, Member.DIGESTS, before.digests(), after.digests());
        values(found, Member.EXCLUDES, "", before.excludes(), after.excludes());
        tables(found, Member.KEYRINGS, before.keyrings(), after.keyrings());
        tables(found, Member.BUFFERS, before.buffers(), after.buffers());
        values(found, Member.IGNORED_KEYRINGS, "", before.ignoredKeyrings(), after.ignoredKeyrings());
        values(found, Member.LOG_HASH, "", List.of(before.logHash()), List.of(after.logHash()));
        values(found, Member.DM_POLICY, "", deviceMapper(before), deviceMapper(after));
        values(found, Member.KEYS, "", Keyrings.texts(before.keys()), Keyrings.texts(after.keys()));
        return found;
    }

    private static List<String> deviceMapper(PolicyDraft draft) {
        return draft.deviceMapper().map(PolicyTrees::text).map(List::of).orElse(List.of());
    }

    private static void tables(List<PolicyDifference> found, Member member, DigestTable before, DigestTable after) {
        Set<String> names = new LinkedHashSet<>(before.names());
        names.addAll(after.names());
        for (String name : names) {
            values(found, member, name, before.digests(name), after.digests(name));
        }
    }

    private static void values(
            List<PolicyDifference> found,
            Member member,
            String name,
            Collection<String> before,
            Collection<String> after) {
        for (String value : before) {
            if (!after.contains(value)) {
                found.add(new PolicyDifference(false, member, name, value));
            }
        }
        for (String value : after) {
            if (!before.contains(value)) {
                found.add(PolicyDifference.toAdd(member, name, value));
            }
        }
    }

    /**
     * Adds everything of another policy, so that machines pass that are good by either: for the time in which some are updated
     * and some are not yet.
     *
     * @return what the user should look at, each the rest of a sentence
     * @throws PolicySourceException if no one policy says what both say
     */
    public static List<String> merge(PolicyDraft into, PolicyDraft other) throws PolicySourceException {
        List<String> warnings = new ArrayList<>();
        if (!into.logHash().equals(other.logHash())) {
            throw new PolicySourceException(
                    "The policies are for lists with different template hashes (ima.log_hash_alg " + into.logHash()
                            + " and " + other.logHash() + "); no list passes both.");
        }
        if (!into.deviceMapper().equals(other.deviceMapper())) {
            throw new PolicySourceException(
                    "The policies have different rules for device mapper events (ima.dm_policy),"
                            + " and rules have no union; make them the same first.");
        }
        widened(warnings, "exclusions", into.excludes(), other.excludes());
        widened(warnings, "ignored keyrings", into.ignoredKeyrings(), other.ignoredKeyrings());
        mixed(warnings, into.digests(), other.digests());
        into.digests().addAll(other.digests());
        into.keyrings().addAll(other.keyrings());
        into.buffers().addAll(other.buffers());
        into.excludes().addAll(other.excludes());
        into.ignoredKeyrings().addAll(other.ignoredKeyrings());
        into.addKeys(other.keys());
        return warnings;
    }

    /** As the lint says of one policy; here it is known that both are meant. */
    private static void mixed(List<String> warnings, DigestTable into, DigestTable other) {
        Set<Integer> first = lengths(into);
        Set<Integer> second = lengths(other);
        if (!first.isEmpty() && !second.isEmpty() && !first.equals(second)) {
            warnings.add("the digests of files have other lengths in the one (" + shown(first)
                    + " digits) than in the other (" + shown(second)
                    + "); a kernel measures with one algorithm, so no machine matches both");
        }
    }

    private static SortedSet<Integer> lengths(DigestTable table) {
        SortedSet<Integer> lengths = new TreeSet<>();
        for (String name : table.names()) {
            table.digests(name).forEach(digest -> lengths.add(digest.length()));
        }
        return lengths;
    }

    private static String shown(Set<Integer> lengths) {
        return lengths.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void widened(List<String> warnings, String what, Set<String> into, Set<String> other) {
        if (!into.equals(other)) {
            warnings.add("the " + what + " differ; the merged policy has those of both, so what one of them judges may"
                    + " be judged no longer");
        }
    }
}

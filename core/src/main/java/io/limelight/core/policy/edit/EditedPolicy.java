package io.limelight.core.policy.edit;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.policy.create.DigestTable;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.create.PolicyTrees;
import io.limelight.core.policy.runtime.DigestIndex;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A runtime policy as it was read, and on top of that what was changed. Immutable: a step gives another one, which shares the policy
 * that was read, so a policy of 200,000 digests costs a step no more than a small one.
 */
public final class EditedPolicy {
    private final RuntimePolicy base;
    private final byte[] text;
    private final NameLayers digests;
    private final NameLayers keyrings;
    private final NameLayers buffers;
    private final SortedSet<String> excludes;
    private final SortedSet<String> ignoredKeyrings;
    private final String logHash;
    private final ImaKeyring keys;
    private final Optional<JsonNode> deviceMapper;

    private EditedPolicy(
            RuntimePolicy base,
            byte[] text,
            NameLayers digests,
            NameLayers keyrings,
            NameLayers buffers,
            SortedSet<String> excludes,
            SortedSet<String> ignoredKeyrings,
            String logHash,
            ImaKeyring keys,
            Optional<JsonNode> deviceMapper) {
        this.base = base;
        this.text = text;
        this.digests = digests;
        this.keyrings = keyrings;
        this.buffers = buffers;
        this.excludes = Collections.unmodifiableSortedSet(excludes);
        this.ignoredKeyrings = Collections.unmodifiableSortedSet(ignoredKeyrings);
        this.logHash = logHash;
        this.keys = keys;
        this.deviceMapper = deviceMapper;
    }

    /** How a name stands to the policy that was read. */
    public enum Change {
        /** As it was. */
        SAME,
        /** It was not there. */
        ADDED,
        /** It was there. */
        REMOVED,
        /** It was there with other digests. */
        CHANGED
    }

    /**
     * Reads one, as a verifier that judges by it does.
     *
     * @throws RuntimePolicyException if it is no policy
     */
    public static EditedPolicy of(byte[] text) throws RuntimePolicyException {
        RuntimePolicy base = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
        return new EditedPolicy(
                base,
                text.clone(),
                NameLayers.NONE,
                NameLayers.NONE,
                NameLayers.NONE,
                new TreeSet<>(base.excludes().patterns()),
                new TreeSet<>(base.ignoredKeyrings().names()),
                base.logHash().wireName(),
                base.verificationKeys(),
                rules(base, text));
    }

    private static Optional<JsonNode> rules(RuntimePolicy base, byte[] text) {
        if (base.deviceMapper().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PolicyTrees.read(text).path("ima").path("dm_policy"));
        } catch (IOException e) {
            throw new IllegalStateException("a policy that was just read", e);
        }
    }

    /** One that allows nothing yet. */
    public static EditedPolicy empty() {
        try {
            return of(RuntimePolicy.EMPTY_TEXT.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimePolicyException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What was read. */
    public RuntimePolicy base() {
        return base;
    }

    /** The text of what was read. */
    public byte[] baseText() {
        return text.clone();
    }

    private NameLayers layers(Member member) {
        return switch (member) {
            case DIGESTS -> digests;
            case KEYRINGS -> keyrings;
            case BUFFERS -> buffers;
            case EXCLUDES, IGNORED_KEYRINGS, LOG_HASH, DM_POLICY, KEYS ->
                throw new IllegalArgumentException(member + " has no names");
        };
    }

    private DigestIndex index(Member member) {
        return switch (member) {
            case DIGESTS -> base.digests();
            case KEYRINGS -> base.keyrings();
            case BUFFERS -> base.buffers();
            case EXCLUDES, IGNORED_KEYRINGS, LOG_HASH, DM_POLICY, KEYS ->
                throw new IllegalArgumentException(member + " has no names");
        };
    }

    private static Set<String> read(DigestIndex index, String name) {
        int entry = index.find(name);
        return entry < 0 ? Set.of() : new TreeSet<>(index.digests(entry));
    }

    /** The digests a name had when the policy was read; none if it was not there. */
    public Set<String> before(Member member, String name) {
        return read(index(member), name);
    }

    /** The digests a name has now; none if it is not there. */
    public Set<String> digests(Member member, String name) {
        SortedSet<String> changed = layers(member).find(name);
        return changed == null ? before(member, name) : changed;
    }

    /** How a name stands to the policy that was read. */
    public Change change(Member member, String name) {
        SortedSet<String> now = layers(member).find(name);
        if (now == null) {
            return Change.SAME;
        }
        Set<String> was = before(member, name);
        if (now.equals(was)) {
            return Change.SAME;
        }
        return was.isEmpty() ? Change.ADDED : now.isEmpty() ? Change.REMOVED : Change.CHANGED;
    }

    /** Names that stand otherwise than they were read, in order. */
    public SortedSet<String> changed(Member member) {
        SortedSet<String> names = new TreeSet<>();
        for (String name : layers(member).names()) {
            if (change(member, name) != Change.SAME) {
                names.add(name);
            }
        }
        return names;
    }

    /** Names there are now; of those read, in their order. */
    public List<String> names(Member member) {
        List<String> names = new ArrayList<>();
        index(member).forEach((name, _) -> {
            if (change(member, name) != Change.REMOVED) {
                names.add(name);
            }
        });
        for (String name : changed(member)) {
            if (change(member, name) == Change.ADDED) {
                names.add(name);
            }
        }
        return names;
    }

    /** How many names there are now. */
    public int size(Member member) {
        int size = index(member).size();
        for (String name : layers(member).names()) {
            switch (change(member, name)) {
                case ADDED -> size++;
                case REMOVED -> size--;
                case SAME, CHANGED -> {}
            }
        }
        return size;
    }

    /** Expressions of paths that are not judged, in order. */
    public SortedSet<String> excludes() {
        return excludes;
    }

    /** Keyrings that are not judged, in order. */
    public SortedSet<String> ignoredKeyrings() {
        return ignoredKeyrings;
    }

    /** Algorithm of the template hash column. */
    public String logHash() {
        return logHash;
    }

    /** Keys whose signatures make a file acceptable. */
    public ImaKeyring keys() {
        return keys;
    }

    Optional<JsonNode> deviceMapper() {
        return deviceMapper;
    }

    /** Whether this is so already: what is to be added is there, what is to be removed is not. */
    public boolean has(PolicyDifference step) {
        boolean there = switch (step.member()) {
            case DIGESTS, KEYRINGS, BUFFERS ->
                digests(step.member(), step.name()).contains(step.value());
            case EXCLUDES -> excludes.contains(step.value());
            case IGNORED_KEYRINGS -> ignoredKeyrings.contains(step.value());
            // What is removed there is replaced by what is added.
            case LOG_HASH -> step.added() == logHash.equals(step.value()) && step.added();
            case DM_POLICY, KEYS -> step.added();
        };
        return there == step.added();
    }

    /**
     * With these steps made, in order. Keys and rules for device mapper events are replaced as a whole ({@link #like}) and not in
     * steps; such steps are left out.
     */
    public EditedPolicy with(Collection<PolicyDifference> steps) {
        Map<Member, Map<String, SortedSet<String>>> names = new HashMap<>();
        SortedSet<String> excluded = new TreeSet<>(excludes);
        SortedSet<String> ignored = new TreeSet<>(ignoredKeyrings);
        String hash = logHash;
        for (PolicyDifference step : steps) {
            switch (step.member()) {
                case DIGESTS, KEYRINGS, BUFFERS -> {
                    SortedSet<String> now = names.computeIfAbsent(step.member(), _ -> new HashMap<>())
                            .computeIfAbsent(step.name(), name -> new TreeSet<>(digests(step.member(), name)));
                    change(now, step);
                }
                case EXCLUDES -> change(excluded, step);
                case IGNORED_KEYRINGS -> change(ignored, step);
                case LOG_HASH -> hash = step.added() ? step.value() : hash;
                case DM_POLICY, KEYS -> {}
            }
        }
        return new EditedPolicy(
                base,
                text,
                digests.with(names.getOrDefault(Member.DIGESTS, Map.of())),
                keyrings.with(names.getOrDefault(Member.KEYRINGS, Map.of())),
                buffers.with(names.getOrDefault(Member.BUFFERS, Map.of())),
                excluded,
                ignored,
                hash,
                keys,
                deviceMapper);
    }

    private static void change(SortedSet<String> values, PolicyDifference step) {
        if (step.added()) {
            values.add(step.value());
        } else {
            values.remove(step.value());
        }
    }

    /** With the keys and the rules for device mapper events of another one. */
    public EditedPolicy like(EditedPolicy other) {
        return new EditedPolicy(
                base,
                text,
                digests,
                keyrings,
                buffers,
                excludes,
                ignoredKeyrings,
                logHash,
                other.keys,
                other.deviceMapper);
    }

    /** Whether its keys or rules for device mapper events are not those that were read. */
    public boolean keysOrRulesChanged() {
        return !keys.json().equals(base.verificationKeys().json()) || !deviceMapper.equals(rules(base, text));
    }

    /** What makes this one of what was read: removals before additions, name by name, in order. */
    public List<PolicyDifference> changes() {
        List<PolicyDifference> found = new ArrayList<>();
        for (Member member : List.of(Member.DIGESTS, Member.KEYRINGS, Member.BUFFERS)) {
            for (String name : changed(member)) {
                compare(found, member, name, before(member, name), digests(member, name));
            }
        }
        compare(found, Member.EXCLUDES, "", new TreeSet<>(base.excludes().patterns()), excludes);
        compare(
                found,
                Member.IGNORED_KEYRINGS,
                "",
                new TreeSet<>(base.ignoredKeyrings().names()),
                ignoredKeyrings);
        compare(found, Member.LOG_HASH, "", Set.of(base.logHash().wireName()), Set.of(logHash));
        return found;
    }

    private static void compare(
            List<PolicyDifference> found, Member member, String name, Set<String> before, Set<String> now) {
        for (String value : before) {
            if (!now.contains(value)) {
                found.add(new PolicyDifference(false, member, name, value));
            }
        }
        for (String value : now) {
            if (!before.contains(value)) {
                found.add(PolicyDifference.toAdd(member, name, value));
            }
        }
    }

    /** Whether anything is otherwise than it was read. */
    public boolean isChanged() {
        return !changes().isEmpty() || keysOrRulesChanged();
    }

    /** As a draft that can be written and compared; takes its time with many names. */
    public PolicyDraft draft() {
        PolicyDraft draft = new PolicyDraft();
        fill(draft.digests(), Member.DIGESTS);
        fill(draft.keyrings(), Member.KEYRINGS);
        fill(draft.buffers(), Member.BUFFERS);
        draft.excludes().addAll(excludes);
        draft.ignoredKeyrings().addAll(ignoredKeyrings);
        draft.logHash(logHash);
        draft.addKeys(keys);
        deviceMapper.ifPresent(draft::deviceMapper);
        return draft;
    }

    private void fill(DigestTable table, Member member) {
        NameLayers changed = layers(member);
        Set<String> known = new HashSet<>();
        index(member).forEach((name, values) -> {
            SortedSet<String> now = changed.find(name);
            if (now != null) {
                known.add(name);
            }
            (now == null ? values : now).forEach(value -> table.add(name, value));
        });
        for (String name : new TreeSet<>(changed.names())) {
            if (!known.contains(name)) {
                digests(member, name).forEach(value -> table.add(name, value));
            }
        }
    }

    /**
     * Its text, checked as an upload is checked; what was read, byte by byte, where nothing was changed.
     *
     * @param now local time, for {@code meta.timestamp}
     * @throws PolicySourceException if something stands in it that no policy may hold
     */
    public String text(LocalDateTime now) throws PolicySourceException {
        return isChanged() ? draft().text(now) : new String(text, StandardCharsets.UTF_8);
    }
}

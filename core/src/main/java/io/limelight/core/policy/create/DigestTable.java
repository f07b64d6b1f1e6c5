package io.limelight.core.policy.create;

import io.limelight.core.policy.runtime.DigestIndex;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Names with their digests while a policy is being made: names in the order they came, the digests of each sorted and once.
 * Not for use by several threads.
 */
public final class DigestTable {
    private final Map<String, SortedSet<String>> entries = new LinkedHashMap<>();

    /** Adds one digest; false if it was there. */
    public boolean add(String name, String digest) {
        return entries.computeIfAbsent(name, _ -> new TreeSet<>()).add(digest);
    }

    /** Adds all of another table. */
    public void addAll(DigestTable other) {
        other.entries.forEach((name, digests) ->
                entries.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(digests));
    }

    /** Adds all of a policy's index. */
    public void addAll(DigestIndex index) {
        index.forEach((name, digests) ->
                entries.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(digests));
    }

    /** How many names. */
    public int size() {
        return entries.size();
    }

    /** True without names. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** All names in order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The digests of a name, sorted; none if it is unknown. */
    public Set<String> digests(String name) {
        SortedSet<String> digests = entries.get(name);
        return digests == null ? Set.of() : Collections.unmodifiableSortedSet(digests);
    }

    /** All entries in order. */
    public void forEach(BiConsumer<String, List<String>> action) {
        entries.forEach((name, digests) -> action.accept(name, List.copyOf(digests)));
    }

    void replaceDigests(UnaryOperator<String> change) {
        entries.replaceAll((_, digests) -> {
            SortedSet<String> changed = new TreeSet<>();
            digests.forEach(digest -> changed.add(change.apply(digest)));
            return changed;
        });
    }

    void write(StringBuilder out) {
        out.append('{');
        String before = "";
        for (Map.Entry<String, SortedSet<String>> entry : entries.entrySet()) {
            out.append(before);
            PythonJson.text(out, entry.getKey());
            out.append(": ");
            PythonJson.texts(out, entry.getValue());
            before = ", ";
        }
        out.append('}');
    }
}

package io.limelight.core.policy.edit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Names with the digests they have now, for those that were changed. Immutable; a later one shares what it can with the one it was
 * made of, so that a long row of undo steps costs little: each layer is more than twice as large as the one on top of it.
 */
final class NameLayers {
    static final NameLayers NONE = new NameLayers(Map.of(), null);

    private final Map<String, SortedSet<String>> own;
    private final @Nullable NameLayers below;

    private NameLayers(Map<String, SortedSet<String>> own, @Nullable NameLayers below) {
        this.own = own;
        this.below = below;
    }

    /** Its digests now, none if it was removed; null if it was not changed. */
    @Nullable SortedSet<String> find(String name) {
        for (NameLayers at = this; at != null; at = at.below) {
            SortedSet<String> found = at.own.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** With these on top, which are not changed any more. */
    NameLayers with(Map<String, SortedSet<String>> changed) {
        if (changed.isEmpty()) {
            return this;
        }
        Map<String, SortedSet<String>> merged = changed;
        NameLayers under = this;
        while (under != null && under.own.size() <= 2 * merged.size()) {
            Map<String, SortedSet<String>> both = new HashMap<>(under.own);
            both.putAll(merged);
            merged = both;
            under = under.below;
        }
        return new NameLayers(merged, under);
    }

    /** All names that were changed, perhaps back. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        for (NameLayers at = this; at != null; at = at.below) {
            names.addAll(at.own.keySet());
        }
        return names;
    }
}

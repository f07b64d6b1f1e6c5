package io.limelight.console.fleet;

import io.limelight.core.api.AgentId;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Machines by id: a list in the order of ids, searched by halves, since a table of 100,000 would be made anew with every refresh. */
final class MachineIndex extends AbstractMap<AgentId, Machine> {
    static final Comparator<Machine> ORDER =
            Comparator.comparing(machine -> machine.id().value());
    static final MachineIndex EMPTY = new MachineIndex(List.of());

    private final List<Machine> machines;

    /** Of a list in {@link #ORDER} without duplicates, which is never changed again. */
    MachineIndex(List<Machine> machines) {
        this.machines = machines;
    }

    List<Machine> machines() {
        return machines;
    }

    /** Where it is, or would be: {@code -(place) - 1}. */
    static int place(List<Machine> machines, String id) {
        int low = 0;
        int high = machines.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = machines.get(middle).id().value().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    @Nullable Machine find(AgentId id) {
        int place = place(machines, id.value());
        return place < 0 ? null : machines.get(place);
    }

    @Override
    public @Nullable Machine get(@Nullable Object key) {
        return key instanceof AgentId id ? find(id) : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return machines.size();
    }

    @Override
    public Set<Entry<AgentId, Machine>> entrySet() {
        return Collections.unmodifiableSet(new AbstractSet<>() {
            @Override
            public Iterator<Entry<AgentId, Machine>> iterator() {
                Iterator<Machine> all = machines.iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Entry<AgentId, Machine> next() {
                        Machine machine = all.next();
                        return Map.entry(machine.id(), machine);
                    }
                };
            }

            @Override
            public int size() {
                return machines.size();
            }
        });
    }
}

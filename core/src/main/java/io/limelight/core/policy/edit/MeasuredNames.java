package io.limelight.core.policy.edit;

import io.limelight.core.ima.ImaEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What machines measured, by name: how often each name stands in their lists.
 *
 * @param rows by name
 * @param total how many rows there are
 */
public record MeasuredNames(Map<String, Integer> rows, long total) {
    /** Nothing was looked at. */
    public static final MeasuredNames NONE = new MeasuredNames(Map.of(), 0);

    /** Copies the map. */
    public MeasuredNames {
        rows = Collections.unmodifiableMap(new LinkedHashMap<>(rows));
    }

    /** Of the rows of lists, in ASCII; what is no row is left out. */
    public static MeasuredNames of(Collection<? extends Collection<String>> lists) {
        Map<String, Integer> rows = new LinkedHashMap<>();
        ImaEntry entry = new ImaEntry();
        long total = 0;
        for (Collection<String> list : lists) {
            for (String row : list) {
                byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
                if (entry.read(bytes, 0, bytes.length) == ImaEntry.Outcome.ENTRY) {
                    rows.merge(entry.name(), 1, Integer::sum);
                    total++;
                }
            }
        }
        return new MeasuredNames(rows, total);
    }

    /** Whether a name was measured. */
    public boolean has(String name) {
        return rows.containsKey(name);
    }

    /** Names that nobody measured, of these. */
    public List<String> unseen(Collection<String> names) {
        List<String> unseen = new ArrayList<>();
        for (String name : names) {
            if (!has(name)) {
                unseen.add(name);
            }
        }
        return unseen;
    }
}

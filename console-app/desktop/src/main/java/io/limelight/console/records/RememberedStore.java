package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Small texts by name: where the window was, columns, saved views, theme, scale. Names have dots: {@code machines.columns}, {@code
 * view.failed or stale}. Losing one loses nothing that matters, so whoever reads one copes with any text.
 */
public final class RememberedStore {
    /** More is no setting. */
    static final int LONGEST = 64 * 1024;

    private final RecordStore store;

    RememberedStore(RecordStore store) {
        this.store = store;
    }

    /** The text of a name. */
    public Optional<String> get(String name) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT text FROM remembered WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
    }

    /** All whose names begin so, in the order of names. */
    public Map<String, String> all(String prefix) throws ProblemException {
        return store.read(handle -> {
            Map<String, String> all = new LinkedHashMap<>();
            handle.createQuery(
                            "SELECT name, text FROM remembered WHERE substr(name, 1, :length) = :prefix ORDER BY name")
                    .bind("length", prefix.codePointCount(0, prefix.length()))
                    .bind("prefix", prefix)
                    .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                    .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
            return all;
        });
    }

    /** Remembers it, in the place of what was remembered so. */
    public void put(String name, String text) throws ProblemException {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(name + " is longer than anything worth remembering");
        }
        store.write(handle -> handle.execute(
                "INSERT INTO remembered (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text",
                name,
                text));
    }

    /** Forgets it. */
    public void remove(String name) throws ProblemException {
        store.write(handle -> handle.execute("DELETE FROM remembered WHERE name = ?", name));
    }
}

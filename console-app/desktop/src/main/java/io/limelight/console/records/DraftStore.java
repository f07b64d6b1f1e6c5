package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * Work that is not done yet, so that a crash or a closed window loses none of it, and templates to begin from. Texts are their
 * owners' own and hold no secret: paths of files, not what is in them.
 */
public final class DraftStore {
    /** More is no draft. */
    public static final int LONGEST = 4 << 20;

    private static final RowMapper<Draft> ROWS = (row, _) -> new Draft(
            row.getString("id"),
            row.getString("kind"),
            row.getLong("profile"),
            row.getString("name"),
            row.getString("text"),
            row.getLong("revision"),
            Instant.parse(row.getString("changed_at")));

    private final RecordStore store;
    private final InstantSource clock;

    DraftStore(RecordStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A draft or a template.
     *
     * @param id its own, chosen by its owner
     * @param kind whose: {@code payload}, {@code provision-template}
     * @param profile the fleet it belongs to; 0 for all
     * @param name what people call it
     * @param text JSON of its owner
     * @param revision of what is stored; 0 for one that never was
     * @param changed when it was stored
     */
    public record Draft(
            String id, String kind, long profile, String name, String text, long revision, Instant changed) {}

    /** All of a kind, of this profile and of all, the latest first. */
    public List<Draft> all(String kind, long profile) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT * FROM draft WHERE kind = :kind"
                        + " AND profile IN (0, :profile) ORDER BY changed_at DESC, id")
                .bind("kind", kind)
                .bind("profile", profile)
                .map(ROWS)
                .list());
    }

    /** One. */
    public Optional<Draft> find(String id) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT * FROM draft WHERE id = :id")
                .bind("id", id)
                .map(ROWS)
                .findOne());
    }

    /**
     * Stores a draft in the place of the revision it was read with.
     *
     * @return what is stored; empty, and nothing changed, where another console stored or removed it meanwhile
     */
    public Optional<Draft> put(Draft draft) throws ProblemException {
        if (draft.text().length() > LONGEST) {
            throw new IllegalArgumentException("a draft of " + draft.text().length() + " characters");
        }
        Draft next = new Draft(
                draft.id(),
                draft.kind(),
                draft.profile(),
                draft.name(),
                draft.text(),
                draft.revision() + 1,
                clock.instant());
        int changed = store.write(handle -> draft.revision() == 0
                ? handle.execute(
                        "INSERT INTO draft (id, kind, profile, name, text, revision, changed_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                        next.id(),
                        next.kind(),
                        next.profile(),
                        next.name(),
                        next.text(),
                        next.revision(),
                        next.changed().toString())
                : handle.execute(
                        "UPDATE draft SET name = ?, text = ?, revision = ?, changed_at = ? WHERE id = ? AND revision = ?",
                        next.name(),
                        next.text(),
                        next.revision(),
                        next.changed().toString(),
                        next.id(),
                        draft.revision()));
        return changed == 1 ? Optional.of(next) : Optional.empty();
    }

    /** Removes it; one that is not there is no error. */
    public void remove(String id) throws ProblemException {
        store.write(handle -> handle.execute("DELETE FROM draft WHERE id = ?", id));
    }
}

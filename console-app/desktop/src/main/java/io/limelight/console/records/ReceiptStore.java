package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What machines were given, and what proved it: only added to. Texts are JSON of whoever writes them and hold no secret. */
public final class ReceiptStore {
    /** Most that are read at once. */
    public static final int MOST = 500;

    private final RecordStore store;
    private final InstantSource clock;

    ReceiptStore(RecordStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A receipt.
     *
     * @param number in the order they were made
     * @param machine who was given something
     * @param made when
     * @param text JSON
     */
    public record Receipt(long number, AgentId machine, Instant made, String text) {}

    /** Keeps one. */
    public void add(long profile, AgentId machine, String text) throws ProblemException {
        store.write(handle -> handle.execute(
                "INSERT INTO receipt (profile, agent_id, made_at, text) VALUES (?, ?, ?, ?)",
                profile,
                machine.value(),
                clock.instant().toString(),
                text));
    }

    /** Those of a machine, the latest first, at most {@link #MOST}. */
    public List<Receipt> of(long profile, AgentId machine) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT id, made_at, text FROM receipt WHERE profile = :profile"
                        + " AND agent_id = :agent ORDER BY id DESC LIMIT :most")
                .bind("profile", profile)
                .bind("agent", machine.value())
                .bind("most", MOST)
                .map((row, _) ->
                        new Receipt(row.getLong(1), machine, Instant.parse(row.getString(2)), row.getString(3)))
                .list());
    }
}

package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened, in the order in which it was committed. All writes of a database are made one after the other, so the
 * numbers of rows are in that order too, and whoever has read up to one has missed none before it.
 */
public final class EventStore {
    /** A notice that everybody may know. */
    public static final String REVOCATION = "revocation";
    /** A notice that the brake holds. */
    public static final String HELD = "held";
    /** What became of a delivery, or of all deliveries of a notice to agents. */
    public static final String DELIVERY = "delivery";
    /** What a machine says it did about a notice. */
    public static final String RECEIPT = "receipt";
    /** The brake was engaged or let go. */
    public static final String BRAKE = "brake";

    static final int KEPT = 10_000;
    private static final int PRUNED_EVERY = 256;

    private final Database database;

    /** For this database. */
    public EventStore(Database database) {
        this.database = database;
    }

    /**
     * What can be read.
     *
     * @param epoch names the stream; another database has another
     * @param oldest number of the oldest event kept; one more than the newest if there is none
     * @param newest number of the newest event ever; 0 if there was none
     */
    public record Extent(String epoch, long oldest, long newest) {}

    /** What can be read now. */
    public Extent extent() {
        return database.read(handle -> handle.createQuery("""
                        SELECT (SELECT epoch FROM event_stream) AS epoch, MIN(sequence) AS oldest,
                            COALESCE(MAX(sequence), 0) AS newest
                        FROM event
                        """)
                .map((row, _) -> {
                    long newest = row.getLong("newest");
                    long oldest = row.getLong("oldest");
                    return new Extent(row.getString("epoch"), row.wasNull() ? newest + 1 : oldest, newest);
                })
                .one());
    }

    /** Events after that number, in order. */
    public List<StoredEvent> after(long sequence, int atMost) {
        return database.read(handle -> handle.createQuery("""
                        SELECT e.sequence, e.at, e.kind, e.body, n.msg, n.signature
                        FROM event e LEFT JOIN notice n ON n.sequence = e.notice AND n.state NOT IN ('held', 'discarded')
                        WHERE e.sequence > :after ORDER BY e.sequence LIMIT :limit
                        """)
                .bind("after", sequence)
                .bind("limit", atMost)
                .map((row, _) -> new StoredEvent(
                        row.getLong("sequence"),
                        Instant.ofEpochMilli(row.getLong("at")),
                        row.getString("kind"),
                        row.getString("body"),
                        row.getString("msg"),
                        row.getString("signature")))
                .list());
    }

    /** In a transaction of somebody else's. */
    static void add(Handle handle, long now, String kind, ObjectNode body) {
        insert(handle, now, kind, null, body);
    }

    /** With the text of a notice. */
    static void add(Handle handle, long now, String kind, long notice, ObjectNode body) {
        insert(handle, now, kind, notice, body);
    }

    private static void insert(
            Handle handle, long now, String kind, @org.jspecify.annotations.Nullable Long notice, ObjectNode body) {
        // The newest is never pruned, so this counts on for ever; a sequence of the database's would have gaps, which
        // readers would take for something missed.
        long sequence = handle.createQuery("SELECT COALESCE(MAX(sequence), 0) + 1 FROM event")
                .mapTo(Long.class)
                .one();
        handle.createUpdate(
                        "INSERT INTO event (sequence, at, kind, notice, body) VALUES (:sequence, :at, :kind, :notice,"
                                + " :body)")
                .bind("sequence", sequence)
                .bind("at", now)
                .bind("kind", kind)
                .bind("notice", notice)
                .bind("body", WireJson.compactText(body))
                .execute();
        if (sequence % PRUNED_EVERY == 0) {
            handle.execute("DELETE FROM event WHERE sequence <= ?", sequence - KEPT);
        }
    }
}

package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import io.limelight.verifier.state.StoredNotice.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/** The outbox: notices, each one row in the transaction of its verdict, until everybody is told. */
public final class NoticeStore {
    private static final int KEPT = 10_000;

    private static final String COLUMNS = """
            sequence, notice_id, verifier_id, agent_id, agent, type, event_id, severity_label, issued_at, expires_at,
            signature, state, last_agent, origin
            """;
    private static final String VERDICT = "verdict";
    private static final String HANDED_IN = "handed_in";
    private static final String SELECT = "SELECT " + COLUMNS + ", msg FROM notice ";

    private final Database database;

    NoticeStore(Database database) {
        this.database = database;
    }

    // --- writing ---

    /** Writes a notice in the transaction of its verdict. */
    static StoredNotice add(Handle handle, Lease lease, NewNotice notice) {
        StoredNotice stored = insert(handle, lease.agent(), notice, VERDICT);
        if (notice.raisesTo() >= 0) {
            handle.execute(
                    "UPDATE attestation SET noticed_severity = ? WHERE agent = ?", notice.raisesTo(), lease.agent());
        }
        return stored;
    }

    /**
     * What came of a notice that was handed in.
     *
     * @param notice as it is in the outbox
     * @param known whether it was there before
     */
    public record HandedIn(StoredNotice notice, boolean known) {}

    /**
     * Writes a notice that was made elsewhere, once.
     *
     * @param agent number of the agent that it is about; 0 if it is none of this verifier's
     */
    public HandedIn add(long agent, NewNotice notice) {
        return database.write(handle -> find(handle, notice.id())
                .map(before -> new HandedIn(before, true))
                .orElseGet(() -> new HandedIn(insert(handle, agent, notice, HANDED_IN), false)));
    }

    /** Decides too whether the brake holds it. */
    private static StoredNotice insert(Handle handle, long agent, NewNotice notice, String origin) {
        long now = notice.issuedAt().toEpochMilli();
        boolean held = BrakeStore.holds(handle, notice, now);
        long lastAgent = handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM agent")
                .mapTo(Long.class)
                .one();
        long sequence = handle.createUpdate("""
                        INSERT INTO notice (notice_id, verifier_id, agent_id, agent, type, event_id, severity_label,
                            issued_at, expires_at, msg, signature, state, last_agent, origin)
                        VALUES (:id, :verifier, :agentId, :agent, :type, :event, :severity, :issued, :expires, :msg,
                            :signature, :state, :last, :origin)
                        """)
                .bind("id", notice.id())
                .bind("verifier", notice.verifierId())
                .bind("agentId", notice.agentId().value())
                .bind("agent", agent)
                .bind("type", notice.type())
                .bind("event", notice.eventId())
                .bind("severity", notice.severityLabel())
                .bind("issued", now)
                .bind("expires", notice.expiresAt().toEpochMilli())
                .bind("msg", notice.msg())
                .bind("signature", notice.signature())
                .bind("state", (held ? State.HELD : State.NEW).word())
                .bind("last", lastAgent)
                .bind("origin", origin)
                .executeAndReturnGeneratedKeys("sequence")
                .mapTo(Long.class)
                .one();
        handle.execute("DELETE FROM notice WHERE sequence <= ? AND state IN ('done', 'discarded')", sequence - KEPT);
        StoredNotice stored = find(handle, sequence).orElseThrow();
        announce(handle, now, stored);
        return stored;
    }

    static void announce(Handle handle, long now, StoredNotice notice) {
        ObjectNode body = WireJson.object()
                .put("sequence", notice.sequence())
                .put("notice_id", notice.id())
                .put("type", notice.type())
                .put("agent_id", notice.agentId())
                .put("event_id", notice.eventId())
                .put("severity_label", notice.severityLabel())
                .put("issued_at", notice.issuedAt().toString())
                .put("expires_at", notice.expiresAt().toString());
        if (notice.state() == State.HELD) {
            EventStore.add(handle, now, EventStore.HELD, body);
        } else {
            EventStore.add(handle, now, EventStore.REVOCATION, notice.sequence(), body);
        }
    }

    // --- reading ---

    /** The notice of that number. */
    public Optional<StoredNotice> notice(long sequence) {
        return database.read(handle -> find(handle, sequence));
    }

    /** The notice of that id. */
    public Optional<StoredNotice> notice(String id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<StoredNotice> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE notice_id = :id")
                .bind("id", id)
                .map((row, _) -> notice(row, row.getString("msg")))
                .findOne();
    }

    static Optional<StoredNotice> find(Handle handle, long sequence) {
        return handle.createQuery(SELECT + "WHERE sequence = :n")
                .bind("n", sequence)
                .map((row, _) -> notice(row, row.getString("msg")))
                .findOne();
    }

    /** Those of a condition. */
    static List<StoredNotice> notices(Handle handle, String where) {
        return handle.createQuery(SELECT + where)
                .map((row, _) -> notice(row, row.getString("msg")))
                .list();
    }

    /**
     * A notice in a list.
     *
     * @param notice without its text
     * @param deliveries how many have come to what: a JSON object of channels, each with outcomes
     * @param receipts how many machines say that they did what: a JSON object
     */
    public record Listed(StoredNotice notice, ObjectNode deliveries, ObjectNode receipts) {}

    /** Notices before that number, the newest first, without their texts. */
    public List<Listed> before(long sequence, int atMost) {
        return database.read(handle -> {
            List<StoredNotice> notices = handle.createQuery("SELECT " + COLUMNS
                            + " FROM notice WHERE sequence < :before ORDER BY sequence DESC LIMIT :n")
                    .bind("before", sequence)
                    .bind("n", atMost)
                    .map((row, _) -> notice(row, ""))
                    .list();
            List<Listed> listed = new ArrayList<>(notices.size());
            for (StoredNotice notice : notices) {
                listed.add(listed(handle, notice));
            }
            return listed;
        });
    }

    /** The same of one notice. */
    public Listed listed(StoredNotice notice) {
        return database.read(handle -> listed(handle, notice));
    }

    private static Listed listed(Handle handle, StoredNotice notice) {
        ObjectNode deliveries = DeliveryStore.deliveriesOf(handle, notice.sequence());
        return new Listed(notice, deliveries, ReceiptStore.sums(handle, notice.sequence(), deliveries));
    }

    /** Notices that were not yet sent to everybody. */
    public List<StoredNotice> fresh() {
        return database.read(handle -> notices(handle, "WHERE state = 'new' ORDER BY sequence"));
    }

    private static StoredNotice notice(ResultSet row, String msg) throws SQLException {
        return new StoredNotice(
                row.getLong("sequence"),
                row.getString("notice_id"),
                row.getString("verifier_id"),
                row.getString("agent_id"),
                row.getLong("agent"),
                row.getString("type"),
                row.getString("event_id"),
                row.getString("severity_label"),
                Instant.ofEpochMilli(row.getLong("issued_at")),
                Instant.ofEpochMilli(row.getLong("expires_at")),
                msg,
                row.getString("signature"),
                State.of(row.getString("state")),
                row.getLong("last_agent"),
                row.getString("origin").equals(HANDED_IN));
    }
}

package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import io.limelight.verifier.state.StoredNotice.State;
import io.limelight.verifier.state.StoredReceipt.Claim;
import io.limelight.verifier.state.StoredReceipt.Result;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What machines say they did about notices. The first receipt of a machine for a notice stands, and only one for a notice
 * that it was told of is taken: a machine can say what it likes about itself, and nothing about others.
 */
public final class ReceiptStore {
    /** Failures that are named in a list of notices. */
    private static final int NAMED = 10;

    /** So many receipts of a notice are events each, further ones only every so many: a large fleet is not to push out all else. */
    private static final int EACH_AN_EVENT = 100;

    private final Database database;
    private final InstantSource clock;

    ReceiptStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Number of the last receipt that was fetched from an agent; 0 if none was. */
    public long cursor(long agent) {
        return database.read(handle -> handle.createQuery("SELECT number FROM receipt_cursor WHERE agent = :agent")
                .bind("agent", agent)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }

    /**
     * Stores what can be believed to be about notices that the machine was told of.
     *
     * @param agent number of its row
     * @param receiver its id
     * @param cursor number of the last receipt that need not be fetched again
     * @return why the others were not taken; half sentences
     */
    public List<String> take(long agent, String receiver, List<Claim> claims, long cursor) {
        long now = clock.millis();
        return database.write(handle -> {
            List<String> refused = new ArrayList<>();
            for (Claim claim : claims) {
                take(handle, now, receiver, claim)
                        .ifPresent(why -> refused.add("receipt " + claim.number() + " " + why));
            }
            handle.execute(
                    "INSERT INTO receipt_cursor (agent, number) SELECT number, ? FROM agent WHERE number = ?"
                            + " ON CONFLICT (agent) DO UPDATE SET number = excluded.number",
                    cursor,
                    agent);
            return refused;
        });
    }

    private static Optional<String> take(Handle handle, long now, String receiver, Claim claim) {
        Optional<StoredNotice> found = NoticeStore.find(handle, claim.noticeId());
        if (found.isEmpty()) {
            return Optional.of("is about a notice that is not known here");
        }
        StoredNotice notice = found.get();
        if (notice.state() == State.HELD || notice.state() == State.DISCARDED || !wasTold(handle, notice, receiver)) {
            return Optional.of("is about a notice that this machine was not told of, or one of long ago");
        }
        if (!notice.agentId().equals(claim.about()) || !notice.type().equals(claim.type())) {
            return Optional.of("says another machine or type than its notice");
        }
        int inserted = handle.execute(
                "INSERT INTO receipt (notice, receiver, number, result, outcome, reason, trouble, finished_at,"
                        + " received_at, actions, left_out) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                notice.sequence(),
                receiver,
                claim.number(),
                claim.result().word(),
                claim.outcome(),
                claim.reason(),
                claim.trouble(),
                claim.finishedAt().map(Instant::toEpochMilli).orElse(null),
                now,
                claim.actions(),
                claim.leftOut());
        if (inserted == 0) {
            return Optional.of("is the second one for its notice; the first one stands");
        }
        String counter = claim.result().word();
        handle.execute("UPDATE notice SET " + counter + " = " + counter + " + 1 WHERE sequence = ?", notice.sequence());
        announce(handle, now, notice.sequence(), receiver, claim);
        return Optional.empty();
    }

    /** By a request of its own, or because it was published to whoever listens. */
    private static boolean wasTold(Handle handle, StoredNotice notice, String receiver) {
        return handle.createQuery("SELECT COUNT(*) FROM delivery WHERE notice = :notice AND (channel = 'zeromq'"
                                + " OR (channel = 'agent' AND receiver = :receiver))")
                        .bind("notice", notice.sequence())
                        .bind("receiver", receiver)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    private static void announce(Handle handle, long now, long notice, String receiver, Claim claim) {
        ObjectNode sums = sums(handle, notice, DeliveryStore.deliveriesOf(handle, notice));
        long all = sums.path(Result.ACTED.word()).longValue()
                + sums.path(Result.FAILED.word()).longValue()
                + sums.path(Result.NOTHING_RUN.word()).longValue();
        if (all > EACH_AN_EVENT && all % EACH_AN_EVENT != 0) {
            return;
        }
        ObjectNode body = WireJson.object()
                .put("sequence", notice)
                .put("receiver", receiver)
                .put("result", claim.result().word())
                .put("outcome", claim.outcome())
                .put("trouble", claim.trouble());
        body.set("receipts", sums);
        EventStore.add(handle, now, EventStore.RECEIPT, body);
    }

    /**
     * How many machines say what about a notice, and how many have it and say nothing.
     *
     * @param deliveries how many deliveries have come to what
     */
    static ObjectNode sums(Handle handle, long notice, ObjectNode deliveries) {
        ObjectNode sums = handle.createQuery("SELECT acted, failed, nothing_run FROM notice WHERE sequence = :n")
                .bind("n", notice)
                .map((row, _) -> WireJson.object()
                        .put(Result.ACTED.word(), row.getLong(1))
                        .put(Result.FAILED.word(), row.getLong(2))
                        .put(Result.NOTHING_RUN.word(), row.getLong(3)))
                .one();
        long receipts = 0;
        for (Result result : Result.values()) {
            receipts += sums.path(result.word()).longValue();
        }
        var agents = deliveries.path("agent");
        long accepted = agents.path(Delivery.Outcome.DELIVERED.word()).asLong(0)
                + agents.path(Delivery.Outcome.UNKNOWN.word()).asLong(0);
        sums.put("unknown", Math.max(0, accepted - receipts));
        ArrayNode failures = sums.putArray("failures");
        if (sums.path(Result.FAILED.word()).longValue() > 0) {
            handle.createQuery("SELECT receiver, trouble FROM receipt WHERE notice = :n AND result = 'failed'"
                            + " ORDER BY receiver LIMIT :limit")
                    .bind("n", notice)
                    .bind("limit", NAMED)
                    .map((row, _) ->
                            WireJson.object().put("receiver", row.getString(1)).put("trouble", row.getString(2)))
                    .list()
                    .forEach(failures::add);
        }
        return sums;
    }

    /** Receipts for a notice in the order of their machines, those after the given one. */
    public List<StoredReceipt> receipts(long notice, String afterReceiver, int atMost) {
        return database.read(handle -> handle.createQuery(
                        "SELECT r.*, n.notice_id, n.type, n.agent_id FROM receipt r JOIN notice n ON n.sequence = r.notice"
                                + " WHERE r.notice = :n AND r.receiver > :after ORDER BY r.receiver LIMIT :limit")
                .bind("n", notice)
                .bind("after", afterReceiver)
                .bind("limit", atMost)
                .map((row, _) -> {
                    long finished = row.getLong("finished_at");
                    Optional<Instant> finishedAt =
                            row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(finished));
                    return new StoredReceipt(
                            row.getString("receiver"),
                            new Claim(
                                    row.getLong("number"),
                                    row.getString("notice_id"),
                                    row.getString("type"),
                                    row.getString("agent_id"),
                                    Result.of(row.getString("result")),
                                    row.getString("outcome"),
                                    row.getString("reason"),
                                    row.getString("trouble"),
                                    finishedAt,
                                    row.getString("actions"),
                                    row.getInt("left_out")),
                            Instant.ofEpochMilli(row.getLong("received_at")));
                })
                .list());
    }
}

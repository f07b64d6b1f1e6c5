package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of each notice on its way to each receiver. Deliveries to agents are written when they are begun, a batch at a
 * time, so that a verifier that is killed finds out on its next start whom it may have told.
 */
public final class DeliveryStore {
    /** Notices whose deliveries and receipts are kept one by one; older ones keep only their sums. */
    static final int IN_DETAIL = 200;

    private final Database database;
    private final InstantSource clock;

    DeliveryStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * At the start of the program: what was under way is to be tried again or, where nobody can tell whether it arrived and
     * the receivers would act on it twice, is over.
     */
    public void resume() {
        long now = clock.millis();
        var _ = database.write(handle -> {
            handle.execute(
                    "UPDATE delivery SET outcome = 'waiting', unsure = 1, next_try = ?, changed_at = ?"
                            + " WHERE outcome = 'sending' AND channel IN ('agent', 'webhook')",
                    now,
                    now);
            handle.execute(
                    "UPDATE delivery SET outcome = 'unknown', changed_at = ?, detail = ? WHERE outcome = 'sending'",
                    now,
                    "the verifier was stopped while this was being published");
            handle.createQuery("SELECT sequence FROM notice WHERE state = 'open'")
                    .mapTo(Long.class)
                    .list()
                    .forEach(sequence -> finish(handle, now, sequence));
            return true;
        });
    }

    /** How many deliveries are under way or wait for their next try. */
    public long unfinished() {
        return database.read(
                handle -> handle.createQuery("SELECT COUNT(*) FROM delivery WHERE outcome IN ('sending', 'waiting')")
                        .mapTo(Long.class)
                        .one());
    }

    /** Whether this notice has a delivery on a channel with one receiver. */
    public boolean begun(long notice, Channel channel) {
        return database.read(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM delivery WHERE notice = :notice AND channel = :channel")
                        .bind("notice", notice)
                        .bind("channel", channel.word())
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** Writes down that agents are about to be told; those of whom that was not written before. */
    public List<Receiver> begin(long notice, List<Receiver> receivers) {
        long now = clock.millis();
        return database.write(handle -> {
            List<Receiver> begun = new ArrayList<>(receivers.size());
            for (Receiver receiver : receivers) {
                int inserted = handle.execute(
                        "INSERT INTO delivery (notice, channel, receiver, agent, outcome, unsure, tries,"
                                + " changed_at, detail) VALUES (?, 'agent', ?, ?, 'sending', 0, 0, ?, '') ON CONFLICT DO NOTHING",
                        notice,
                        receiver.id(),
                        receiver.number(),
                        now);
                if (inserted == 1) {
                    begun.add(receiver);
                }
            }
            return begun;
        });
    }

    /** Writes down that a notice is about to be published; false if that was written before. */
    public boolean begin(long notice, Channel channel) {
        long now = clock.millis();
        return database.write(handle -> begin(handle, now, notice, channel)) == 1;
    }

    private static int begin(Handle handle, long now, long notice, Channel channel) {
        return handle.execute(
                "INSERT INTO delivery (notice, channel, receiver, outcome, unsure, tries, changed_at, detail)"
                        + " VALUES (?, ?, '', 'sending', 0, 0, ?, '') ON CONFLICT DO NOTHING",
                notice,
                channel.word(),
                now);
    }

    /**
     * Every agent has its delivery of the notice now.
     *
     * @param others channels with one receiver each that have theirs too
     */
    public boolean spread(long notice, Collection<Channel> others) {
        long now = clock.millis();
        return database.write(handle -> {
            others.forEach(channel -> begin(handle, now, notice, channel));
            handle.execute("UPDATE notice SET state = 'open' WHERE sequence = ? AND state = 'new'", notice);
            return finish(handle, now, notice);
        });
    }

    /**
     * A delivery that is to be tried again.
     *
     * @param delivery as it was
     * @param agent number of the agent's row; 0 on other channels
     */
    public record Due(Delivery delivery, long agent) {}

    /** When the next delivery is due. */
    public Optional<Instant> nextDue() {
        return database.read(handle -> handle.createQuery(
                        "SELECT MIN(next_try) FROM delivery WHERE outcome = 'waiting'")
                .map((row, _) -> {
                    long at = row.getLong(1);
                    return row.wasNull() ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(at));
                })
                .one());
    }

    /** Takes deliveries that are due; they count as being sent from now on. */
    public List<Due> takeDue(int atMost) {
        long now = clock.millis();
        return database.write(handle -> {
            List<Due> due = handle.createQuery(
                            "SELECT * FROM delivery WHERE outcome = 'waiting' AND next_try <= :now ORDER BY next_try"
                                    + " LIMIT :limit")
                    .bind("now", now)
                    .bind("limit", atMost)
                    .map((row, _) -> new Due(delivery(row), row.getLong("agent")))
                    .list();
            for (Due one : due) {
                handle.execute(
                        "UPDATE delivery SET outcome = 'sending', next_try = NULL, changed_at = ?"
                                + " WHERE notice = ? AND channel = ? AND receiver = ?",
                        now,
                        one.delivery().notice(),
                        one.delivery().channel().word(),
                        one.delivery().receiver());
            }
            return due;
        });
    }

    /** Stores what came of a try; completes when that is on disk. */
    public CompletableFuture<Boolean> outcome(Delivery delivery) {
        return database.submit(handle -> {
            long now = delivery.changedAt().toEpochMilli();
            Long next = delivery.nextTry().map(Instant::toEpochMilli).orElse(null);
            handle.execute(
                    "INSERT INTO delivery (notice, channel, receiver, outcome, unsure, tries, next_try, changed_at,"
                            + " detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (notice, channel, receiver) DO"
                            + " UPDATE SET outcome = excluded.outcome, unsure = excluded.unsure, tries = excluded.tries,"
                            + " next_try = excluded.next_try, changed_at = excluded.changed_at, detail = excluded.detail",
                    delivery.notice(),
                    delivery.channel().word(),
                    delivery.receiver(),
                    delivery.outcome().word(),
                    delivery.unsure() ? 1 : 0,
                    delivery.tries(),
                    next,
                    now,
                    delivery.detail());
            if (delivery.outcome().over()) {
                if (delivery.channel() != Channel.AGENT) {
                    EventStore.add(
                            handle,
                            now,
                            EventStore.DELIVERY,
                            WireJson.object()
                                    .put("sequence", delivery.notice())
                                    .put("channel", delivery.channel().word())
                                    .put("outcome", delivery.outcome().word())
                                    .put("detail", delivery.detail()));
                }
                finish(handle, now, delivery.notice());
            }
            return true;
        });
    }

    private static boolean finish(Handle handle, long now, long notice) {
        int finished = handle.execute(
                "UPDATE notice SET state = 'done' WHERE sequence = ? AND state = 'open' AND NOT EXISTS"
                        + " (SELECT 1 FROM delivery WHERE notice = ? AND outcome IN ('sending', 'waiting'))",
                notice,
                notice);
        if (finished == 0) {
            return false;
        }
        ObjectNode sums = sums(handle, notice);
        handle.execute("UPDATE notice SET summary = ? WHERE sequence = ?", WireJson.compactText(sums), notice);
        ObjectNode body = WireJson.object().put("sequence", notice).put("done", true);
        body.set("deliveries", sums);
        EventStore.add(handle, now, EventStore.DELIVERY, body);
        forgetDetails(handle);
        return true;
    }

    private static void forgetDetails(Handle handle) {
        for (String table : List.of("delivery", "receipt")) {
            handle.execute(
                    "DELETE FROM " + table + " WHERE notice IN (SELECT sequence FROM notice WHERE state = 'done'"
                            + " AND sequence <= (SELECT MAX(sequence) FROM notice) - ?)",
                    IN_DETAIL);
        }
    }

    private static ObjectNode sums(Handle handle, long notice) {
        record Sum(Channel channel, Outcome outcome, long count) {}
        List<Sum> all = handle.createQuery(
                        "SELECT channel, outcome, COUNT(*) FROM delivery WHERE notice = :n GROUP BY channel, outcome")
                .bind("n", notice)
                .map((row, _) -> new Sum(Channel.of(row.getString(1)), Outcome.of(row.getString(2)), row.getLong(3)))
                .list();
        ObjectNode sums = WireJson.object();
        for (Channel channel : Channel.values()) {
            ObjectNode outcomes = WireJson.object();
            for (Sum sum : all) {
                if (sum.channel == channel) {
                    outcomes.put(sum.outcome.word(), sum.count);
                }
            }
            if (!outcomes.isEmpty()) {
                sums.set(channel.word(), outcomes);
            }
        }
        return sums;
    }

    /** How many deliveries of a notice have come to what. */
    public ObjectNode sums(long notice) {
        return database.read(handle -> deliveriesOf(handle, notice));
    }

    /** The same in a transaction. */
    static ObjectNode deliveriesOf(Handle handle, long notice) {
        Optional<String> summary = handle.createQuery("SELECT summary FROM notice WHERE sequence = :n")
                .bind("n", notice)
                .map((row, _) -> Optional.ofNullable(row.getString(1)))
                .findOne()
                .flatMap(Function.identity());
        if (summary.isEmpty()) {
            return sums(handle, notice);
        }
        try {
            return WireJson.parseObject(summary.get().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (java.io.IOException e) {
            throw new io.limelight.store.StoreException("the sums of a notice are damaged");
        }
    }

    /** Deliveries of a notice in the order of channel and receiver, those after the given one. */
    public List<Delivery> deliveries(long notice, String afterChannel, String afterReceiver, int atMost) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM delivery WHERE notice = :n AND (channel, receiver) > (:channel, :receiver)"
                                + " ORDER BY channel, receiver LIMIT :limit")
                .bind("n", notice)
                .bind("channel", afterChannel)
                .bind("receiver", afterReceiver)
                .bind("limit", atMost)
                .map((row, _) -> delivery(row))
                .list());
    }

    /** How many deliveries wait to be tried again. */
    public Map<Channel, Long> waiting() {
        Map<Channel, Long> waiting = new EnumMap<>(Channel.class);
        database.read(handle -> handle.createQuery(
                                "SELECT channel, COUNT(*) FROM delivery WHERE outcome = 'waiting' GROUP BY channel")
                        .map((row, _) -> Map.entry(Channel.of(row.getString(1)), row.getLong(2)))
                        .list())
                .forEach(entry -> waiting.put(entry.getKey(), entry.getValue()));
        return waiting;
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        long next = row.getLong("next_try");
        Optional<Instant> nextTry = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(next));
        return new Delivery(
                row.getLong("notice"),
                Channel.of(row.getString("channel")),
                row.getString("receiver"),
                Outcome.of(row.getString("outcome")),
                row.getInt("unsure") == 1,
                row.getInt("tries"),
                nextTry,
                Instant.ofEpochMilli(row.getLong("changed_at")),
                row.getString("detail"));
    }
}

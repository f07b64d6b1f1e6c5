package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.core.secret.SecretBytes;
import io.limelight.store.Database;
import io.limelight.verifier.state.Delivery.Channel;
import io.limelight.verifier.state.Delivery.Outcome;
import io.limelight.verifier.state.StoredNotice.State;
import io.limelight.verifier.vault.StorageKey;
import io.limelight.verifier.vault.VaultException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The outbox: notices, what became of their deliveries, and the brake.
 *
 * <p>A notice is one row until it is sent. Deliveries to agents are written when they are begun, a batch at a time, so
 * that a verifier that is killed finds out on its next start whom it may have told.
 */
public final class NoticeStore {
    /** For so long a failure counts for the brake. */
    public static final Duration BRAKE_WINDOW = Duration.ofMinutes(5);

    private static final int BRAKE_LEAST = 10;
    private static final int BRAKE_PERCENT = 5;

    /** Notices whose deliveries are kept one by one; older ones keep only their sums. */
    private static final int IN_DETAIL = 200;

    private static final int KEPT = 10_000;

    private static final String COLUMNS = """
            sequence, notice_id, verifier_id, agent_id, agent, type, event_id, severity_label, issued_at, expires_at,
            signature, state, last_agent
            """;
    private static final String SELECT = "SELECT " + COLUMNS + ", msg FROM notice ";

    private final Database database;
    private final StorageKey key;
    private final InstantSource clock;

    /** For this database; revocation keys were sealed with the storage key. */
    public NoticeStore(Database database, StorageKey key, InstantSource clock) {
        this.database = database;
        this.key = key;
        this.clock = clock;
    }

    // --- making a notice ---

    /** What a notice says of an agent; empty if the lease has ended. */
    public Optional<NoticeSubject> subject(Lease lease) {
        return database.read(handle -> handle.createQuery("""
                        SELECT a.ip, a.port, a.verifier_id, a.tpm_policy, a.meta_data
                        FROM agent a JOIN attestation t ON t.agent = a.number
                        WHERE a.number = :number AND t.generation = :generation
                        """)
                .bind("number", lease.agent())
                .bind("generation", lease.generation())
                .map((row, _) -> new NoticeSubject(
                        row.getString(1), row.getInt(2), row.getString(3), row.getString(4), row.getString(5)))
                .findOne());
    }

    /** Stays inside: the sealed form is no secret and no record of the API either. */
    private static final class SealedKey {
        private final String owner;
        private final byte[] sealed;

        SealedKey(String owner, byte[] sealed) {
            this.owner = owner;
            this.sealed = sealed;
        }
    }

    /**
     * The key that notices about an agent are signed with, PEM; the caller closes it. Empty if there is none, or the agent
     * is gone.
     *
     * @throws VaultException if it does not open
     */
    public Optional<SecretBytes> revocationKey(long agent) throws VaultException {
        Optional<SealedKey> found = database.read(handle -> handle.createQuery(
                        "SELECT agent_id, revocation_key FROM agent WHERE number = :n AND revocation_key IS NOT NULL")
                .bind("n", agent)
                .map((row, _) -> new SealedKey(row.getString(1), row.getBytes(2)))
                .findOne());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(key.open(found.get().sealed, found.get().owner, AgentStore.REVOCATION_KEY));
    }

    /** Writes a notice in the transaction of its verdict, and decides whether the brake holds it. */
    static StoredNotice add(Handle handle, Lease lease, NewNotice notice) {
        long now = notice.issuedAt().toEpochMilli();
        boolean held = brakeHolds(handle, notice, now);
        long lastAgent = handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM agent")
                .mapTo(Long.class)
                .one();
        long sequence = handle.createUpdate("""
                        INSERT INTO notice (notice_id, verifier_id, agent_id, agent, type, event_id, severity_label,
                            issued_at, expires_at, msg, signature, state, last_agent)
                        VALUES (:id, :verifier, :agentId, :agent, :type, :event, :severity, :issued, :expires, :msg,
                            :signature, :state, :last)
                        """)
                .bind("id", notice.id())
                .bind("verifier", notice.verifierId())
                .bind("agentId", notice.agentId().value())
                .bind("agent", lease.agent())
                .bind("type", notice.type())
                .bind("event", notice.eventId())
                .bind("severity", notice.severityLabel())
                .bind("issued", now)
                .bind("expires", notice.expiresAt().toEpochMilli())
                .bind("msg", notice.msg())
                .bind("signature", notice.signature())
                .bind("state", (held ? State.HELD : State.NEW).word())
                .bind("last", lastAgent)
                .executeAndReturnGeneratedKeys("sequence")
                .mapTo(Long.class)
                .one();
        if (notice.raisesTo() >= 0) {
            handle.execute(
                    "UPDATE attestation SET noticed_severity = ? WHERE agent = ?", notice.raisesTo(), lease.agent());
        }
        handle.execute("DELETE FROM notice WHERE sequence <= ? AND state IN ('done', 'discarded')", sequence - KEPT);
        StoredNotice stored = find(handle, sequence).orElseThrow();
        announce(handle, now, stored);
        return stored;
    }

    private static void announce(Handle handle, long now, StoredNotice notice) {
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

    // --- the brake ---

    private static boolean brakeHolds(Handle handle, NewNotice notice, long now) {
        Brake brake = brake(handle);
        if (brake.engagedAt != null) {
            return true;
        }
        long from = Math.max(brake.countedFrom, now - BRAKE_WINDOW.toMillis());
        long failing = failing(handle, from, notice.agentId().value()) + 1;
        if (failing <= threshold(handle, notice.verifierId())) {
            return false;
        }
        handle.execute("UPDATE brake SET engaged_at = ?", now);
        EventStore.add(
                handle,
                now,
                EventStore.BRAKE,
                WireJson.object().put("engaged", true).put("failing", failing));
        return true;
    }

    private record Brake(@Nullable Long engagedAt, long countedFrom) {}

    private static Brake brake(Handle handle) {
        return handle.createQuery("SELECT engaged_at, counted_from FROM brake")
                .map((row, _) -> {
                    long engaged = row.getLong(1);
                    return new Brake(row.wasNull() ? null : Long.valueOf(engaged), row.getLong(2));
                })
                .one();
    }

    /** Agents that failed since then, the one named left out. */
    private static long failing(Handle handle, long from, String but) {
        return handle.createQuery(
                        "SELECT COUNT(DISTINCT agent_id) FROM notice WHERE issued_at > :from AND agent_id <> :but")
                .bind("from", from)
                .bind("but", but)
                .mapTo(Long.class)
                .one();
    }

    private static long threshold(Handle handle, String verifierId) {
        long fleet = handle.createQuery("SELECT COUNT(*) FROM agent WHERE verifier_id = :verifier")
                .bind("verifier", verifierId)
                .mapTo(Long.class)
                .one();
        return Math.max(BRAKE_LEAST, fleet * BRAKE_PERCENT / 100);
    }

    /** The brake, as it stands. */
    public BrakeState brakeState(String verifierId) {
        long now = clock.millis();
        return database.read(handle -> {
            Brake brake = brake(handle);
            return new BrakeState(
                    Optional.ofNullable(brake.engagedAt).map(Instant::ofEpochMilli),
                    held(handle).size(),
                    failing(handle, Math.max(brake.countedFrom, now - BRAKE_WINDOW.toMillis()), ""),
                    threshold(handle, verifierId));
        });
    }

    private static List<Long> held(Handle handle) {
        return handle.createQuery("SELECT sequence FROM notice WHERE state = 'held' ORDER BY sequence")
                .mapTo(Long.class)
                .list();
    }

    /** Every notice that is held. */
    public List<StoredNotice> heldNotices() {
        return database.read(handle -> notices(handle, SELECT + "WHERE state = 'held' ORDER BY sequence"));
    }

    /**
     * A held notice, made anew because its time has gone by while it was held.
     *
     * @param issuedAt now
     * @param expiresAt later
     * @param msg the new text
     * @param signature the new signature
     */
    public record Renewed(Instant issuedAt, Instant expiresAt, String msg, String signature) {}

    /**
     * Lets the brake go and has everything sent that it held.
     *
     * @param renewed by number of the notice; others go out as they are
     * @return what is to be sent
     */
    public List<StoredNotice> release(Map<Long, Renewed> renewed) {
        long now = clock.millis();
        return database.write(handle -> {
            List<Long> held = held(handle);
            letGo(handle, now, "released", held.size());
            List<StoredNotice> released = new ArrayList<>(held.size());
            for (long sequence : held) {
                Renewed fresh = renewed.get(sequence);
                if (fresh == null) {
                    handle.execute("UPDATE notice SET state = 'new' WHERE sequence = ?", sequence);
                } else {
                    handle.execute(
                            "UPDATE notice SET state = 'new', issued_at = ?, expires_at = ?, msg = ?, signature = ?"
                                    + " WHERE sequence = ?",
                            fresh.issuedAt().toEpochMilli(),
                            fresh.expiresAt().toEpochMilli(),
                            fresh.msg(),
                            fresh.signature(),
                            sequence);
                }
                StoredNotice notice = find(handle, sequence).orElseThrow();
                announce(handle, now, notice);
                released.add(notice);
            }
            return released;
        });
    }

    /** Lets the brake go; what it held is never sent. Returns how many that are. */
    public int discard() {
        long now = clock.millis();
        return database.write(handle -> {
            int discarded = handle.execute("UPDATE notice SET state = 'discarded' WHERE state = 'held'");
            letGo(handle, now, "discarded", discarded);
            return discarded;
        });
    }

    private static void letGo(Handle handle, long now, String what, int notices) {
        if (brake(handle).engagedAt == null) {
            return;
        }
        handle.execute("UPDATE brake SET engaged_at = NULL, counted_from = ?", now);
        EventStore.add(
                handle,
                now,
                EventStore.BRAKE,
                WireJson.object().put("engaged", false).put(what, notices));
    }

    // --- sending ---

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

    /** Notices that were not yet sent to everybody. */
    public List<StoredNotice> fresh() {
        return database.read(handle -> notices(handle, SELECT + "WHERE state = 'new' ORDER BY sequence"));
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

    /**
     * Numbers of the agents that are to be told and of which no delivery has begun.
     *
     * @param failedToo whether the one that failed is told as well
     */
    public List<Long> untold(StoredNotice notice, boolean failedToo) {
        return database.read(handle -> handle.createQuery("""
                        SELECT a.number FROM agent a WHERE a.verifier_id = :verifier AND a.number <= :last
                            AND (:failedToo = 1 OR a.number <> :failed)
                            AND NOT EXISTS (SELECT 1 FROM delivery d
                                WHERE d.notice = :notice AND d.channel = 'agent' AND d.receiver = a.agent_id)
                        """)
                .bind("verifier", notice.verifierId())
                .bind("last", notice.lastAgent())
                .bind("failedToo", failedToo ? 1 : 0)
                .bind("failed", notice.agent())
                .bind("notice", notice.sequence())
                .mapTo(Long.class)
                .list());
    }

    /** The agent of that id, to be told something. */
    public Optional<Receiver> receiver(String id) {
        Optional<Long> number =
                database.read(handle -> handle.createQuery("SELECT number FROM agent WHERE agent_id = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .findOne());
        return number.flatMap(found -> receivers(List.of(found)).stream().findFirst());
    }

    /** Those of the agents that are still there. */
    public List<Receiver> receivers(Collection<Long> numbers) {
        if (numbers.isEmpty()) {
            return List.of();
        }
        String list = numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
        return database.read(handle -> handle.createQuery(
                        "SELECT number, agent_id, ip, port, mtls_cert, supported_version FROM agent WHERE number IN ("
                                + list + ")")
                .map((row, _) -> new Receiver(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getString(5),
                        row.getString(6)))
                .list());
    }

    /** Writes down that agents are about to be told; those of whom that was not written before. */
    public List<Receiver> begin(long notice, List<Receiver> receivers) {
        long now = clock.millis();
        return database.write(handle -> {
            List<Receiver> begun = new ArrayList<>(receivers.size());
            for (Receiver receiver : receivers) {
                int inserted = handle.execute(
                        "INSERT OR IGNORE INTO delivery (notice, channel, receiver, agent, outcome, unsure, tries,"
                                + " changed_at, detail) VALUES (?, 'agent', ?, ?, 'sending', 0, 0, ?, '')",
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
                "INSERT OR IGNORE INTO delivery (notice, channel, receiver, outcome, unsure, tries, changed_at, detail)"
                        + " VALUES (?, ?, '', 'sending', 0, 0, ?, '')",
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
        handle.execute(
                "DELETE FROM delivery WHERE notice IN (SELECT sequence FROM notice WHERE state = 'done'"
                        + " AND sequence <= (SELECT MAX(sequence) FROM notice) - ?)",
                IN_DETAIL);
        return true;
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

    /** An agent that nobody watches was found to speak another version; one that is watched finds out by itself. */
    public void speaks(long agent, String version) {
        var _ = database.write(handle -> handle.execute(
                "UPDATE agent SET supported_version = ? WHERE number = ?"
                        + " AND number IN (SELECT agent FROM attestation WHERE polling = 0)",
                version,
                agent));
    }

    // --- reading ---

    /** The notice of that number. */
    public Optional<StoredNotice> notice(long sequence) {
        return database.read(handle -> find(handle, sequence));
    }

    /** The notice of that id. */
    public Optional<StoredNotice> notice(String id) {
        return database.read(handle -> handle.createQuery(SELECT + "WHERE notice_id = :id")
                .bind("id", id)
                .map((row, _) -> notice(row, row.getString("msg")))
                .findOne());
    }

    private static Optional<StoredNotice> find(Handle handle, long sequence) {
        return handle.createQuery(SELECT + "WHERE sequence = :n")
                .bind("n", sequence)
                .map((row, _) -> notice(row, row.getString("msg")))
                .findOne();
    }

    private static List<StoredNotice> notices(Handle handle, String sql) {
        return handle.createQuery(sql)
                .map((row, _) -> notice(row, row.getString("msg")))
                .list();
    }

    /**
     * A notice in a list.
     *
     * @param notice without its text
     * @param deliveries how many have come to what: a JSON object of channels, each with outcomes
     */
    public record Listed(StoredNotice notice, ObjectNode deliveries) {}

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
                listed.add(new Listed(notice, deliveriesOf(handle, notice.sequence())));
            }
            return listed;
        });
    }

    /** How many deliveries of a notice have come to what. */
    public ObjectNode sums(long notice) {
        return database.read(handle -> deliveriesOf(handle, notice));
    }

    private static ObjectNode deliveriesOf(Handle handle, long notice) {
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
                row.getLong("last_agent"));
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

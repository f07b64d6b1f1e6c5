package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The brake on mass failures, and what it holds: one bad policy must not make every machine shut out every other. It is
 * asked in the transaction that stores a notice, so that of many that come at once exactly those beyond the threshold are
 * held.
 */
public final class BrakeStore {
    /** For so long a failure counts for the brake. */
    public static final Duration WINDOW = Duration.ofMinutes(5);

    private static final int LEAST = 10;
    private static final int PERCENT = 5;

    private final Database database;
    private final InstantSource clock;

    BrakeStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Whether this notice is held; engages the brake if it is the one too many. */
    static boolean holds(Handle handle, NewNotice notice, long now) {
        Brake brake = brake(handle);
        if (brake.engagedAt != null) {
            return true;
        }
        long from = Math.max(brake.countedFrom, now - WINDOW.toMillis());
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
        return Math.max(LEAST, fleet * PERCENT / 100);
    }

    /** The brake, as it stands. */
    public BrakeState state(String verifierId) {
        long now = clock.millis();
        return database.read(handle -> {
            Brake brake = brake(handle);
            return new BrakeState(
                    Optional.ofNullable(brake.engagedAt).map(Instant::ofEpochMilli),
                    heldNumbers(handle).size(),
                    failing(handle, Math.max(brake.countedFrom, now - WINDOW.toMillis()), ""),
                    threshold(handle, verifierId));
        });
    }

    private static List<Long> heldNumbers(Handle handle) {
        return handle.createQuery("SELECT sequence FROM notice WHERE state = 'held' ORDER BY sequence")
                .mapTo(Long.class)
                .list();
    }

    /** Every notice that is held. */
    public List<StoredNotice> held() {
        return database.read(handle -> NoticeStore.notices(handle, "WHERE state = 'held' ORDER BY sequence"));
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
            List<Long> held = heldNumbers(handle);
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
                StoredNotice notice = NoticeStore.find(handle, sequence).orElseThrow();
                NoticeStore.announce(handle, now, notice);
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
}

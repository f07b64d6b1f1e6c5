package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Notices that came to this console's own receiver, as they came: nothing of them is believed here. Bounded by number and by size. */
public final class ReceivedStore {
    private static final int MOST = 500;
    private static final long MOST_BYTES = 64L << 20;

    private final RecordStore store;
    private final InstantSource clock;

    ReceivedStore(RecordStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * A notice that came.
     *
     * @param number grows
     * @param at when
     * @param way {@code webhook} or {@code zeromq}
     * @param sender whose address it was
     * @param msg its text
     * @param signature base64; may be empty
     */
    public record Received(long number, Instant at, String way, String sender, String msg, String signature) {}

    /**
     * Keeps one; of many the newest are kept.
     *
     * @return false if the very same is there: senders try again
     */
    public boolean add(long profile, String way, String sender, String msg, String signature) throws ProblemException {
        String digest = HexFormat.of()
                .formatHex(HashAlgorithm.SHA256.digest((signature + "\n" + msg).getBytes(StandardCharsets.UTF_8)));
        return store.write(handle -> {
            int added = handle.execute(
                    "INSERT OR IGNORE INTO received_notice (profile, digest, received_at, way, sender, msg, signature)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    profile,
                    digest,
                    clock.instant().toString(),
                    way,
                    sender,
                    msg,
                    signature);
            handle.execute(
                    "DELETE FROM received_notice WHERE profile = ? AND id <= COALESCE((SELECT MAX(id) FROM (SELECT id,"
                            + " SUM(length(msg)) OVER (ORDER BY id DESC) AS bytes, ROW_NUMBER() OVER (ORDER BY id DESC)"
                            + " AS place FROM received_notice WHERE profile = ?) WHERE place > ? OR (bytes > ? AND place"
                            + " > 1)), 0)",
                    profile,
                    profile,
                    MOST,
                    MOST_BYTES);
            return added > 0;
        });
    }

    /** Those before that number, the newest first. */
    public List<Received> before(long profile, OptionalLong number, int limit) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT id, received_at, way, sender, msg, signature FROM"
                        + " received_notice WHERE profile = :profile AND id < :before ORDER BY id DESC LIMIT :limit")
                .bind("profile", profile)
                .bind("before", number.orElse(Long.MAX_VALUE))
                .bind("limit", limit)
                .map((row, _) -> received(row))
                .list());
    }

    /** One of them. */
    public Optional<Received> find(long profile, long number) throws ProblemException {
        return before(profile, OptionalLong.of(number + 1), 1).stream()
                .filter(one -> one.number() == number)
                .findFirst();
    }

    private static Received received(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Received(
                row.getLong(1),
                Instant.parse(row.getString(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6));
    }
}

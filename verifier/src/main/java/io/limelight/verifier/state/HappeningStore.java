package io.limelight.verifier.state;

import io.limelight.core.failure.Failure;
import io.limelight.core.failure.FailureBundle;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.store.Database;
import io.limelight.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to machines: written in the transaction that makes it so, hence complete and in order. Of each machine the latest
 * {@value #KEPT} are kept, and of its failed appraisals, which are large, the latest {@value #FAILURES_KEPT}.
 */
public final class HappeningStore {
    /** The machine was added. */
    public static final String ADDED = "added";
    /** It passed: first, or for the first time after something else. */
    public static final String PASSED = "passed";
    /** An answer of it failed. */
    public static final String FAILED = "failed";
    /** It could not be asked, or not any further. */
    public static final String GIVEN_UP = "given_up";
    /** It passed after another boot. */
    public static final String REBOOTED = "rebooted";
    /** It passed by another policy than before. */
    public static final String JUDGED_BY = "judged_by";
    /** An administrator stopped it. */
    public static final String STOPPED = "stopped";
    /** An administrator reactivated it. */
    public static final String REACTIVATED = "reactivated";

    /** An administrator paused it. */
    public static final String PAUSED = "paused";
    /** It was paused, and an administrator let it go on. */
    public static final String RESUMED = "resumed";

    static final int KEPT = 200;
    static final int FAILURES_KEPT = 20;
    static final int FAILURES_LISTED = 100;
    static final int MAX_TEXT = 256 << 10;
    private static final int MAX_QUOTE = 64 << 10;
    private static final int MAX_NAME = 64;

    private final Database database;

    /** For this database. */
    public HappeningStore(Database database) {
        this.database = database;
    }

    /**
     * Something that happened.
     *
     * @param body details
     * @param failed the answer that failed, where one did
     */
    public record Happening(long number, Instant at, String kind, ObjectNode body, Optional<FailedQuote> failed) {}

    /**
     * An answer that failed.
     *
     * @param quote as it came; null if there was none
     * @param times how often the machine has failed so, one after the other
     * @param lastAt when it did last
     */
    public record FailedQuote(
            String nonce, @Nullable String quote, @Nullable String hashAlgorithm, long times, Instant lastAt) {}

    /**
     * Failures that are to be stored with the verdict on them.
     *
     * @param body all of them as bundles
     * @param reasons what tells them from those of another answer
     */
    public record Failures(
            String body,
            String reasons,
            @Nullable String nonce,
            @Nullable String quote,
            @Nullable String hashAlgorithm) {
        /** Found in an answer. */
        public static Failures inAnswer(
                List<Failure> failures,
                SeverityPolicy severities,
                String nonce,
                @Nullable String quote,
                @Nullable String hashAlgorithm) {
            ObjectNode body = WireJson.object();
            ArrayNode bundles = body.putArray("failures");
            StringBuilder reasons = new StringBuilder();
            int size = 0;
            for (Failure failure : failures) {
                if (bundles.size() == FAILURES_LISTED) {
                    break;
                }
                ObjectNode bundle = FailureBundle.of(failure, severities.of(failure));
                int length = WireJson.compactText(bundle).length();
                if (size + length > MAX_TEXT) {
                    // One that is larger than all together may be is shown without its details.
                    bundle.set("context", WireJson.object());
                    length = WireJson.compactText(bundle).length();
                    if (size + length > MAX_TEXT) {
                        break;
                    }
                }
                size += length;
                bundles.add(bundle);
                reasons.append(failure.id())
                        .append(' ')
                        .append(failure.sentence())
                        .append('\n');
            }
            body.put("left_out", failures.size() - bundles.size());
            String digest = HexFormat.of()
                    .formatHex(HashAlgorithm.SHA256.digest(reasons.toString().getBytes(StandardCharsets.UTF_8)));
            // No honest quote is that long, and the sentences say what is wrong with this one.
            boolean odd = (quote != null && quote.length() > MAX_QUOTE)
                    || (hashAlgorithm != null && hashAlgorithm.length() > MAX_NAME);
            return new Failures(
                    WireJson.compactText(body), digest, nonce, odd ? null : quote, odd ? null : hashAlgorithm);
        }

        /** Why there is no answer, or nothing could be done with it. */
        public static Failures withoutAnswer(Failure failure, SeverityPolicy severities) {
            ObjectNode body = WireJson.object();
            body.putArray("failures").add(FailureBundle.of(failure, severities.of(failure)));
            return new Failures(WireJson.compactText(body.put("left_out", 0)), "", null, null, null);
        }
    }

    // --- reading ---

    /** What happened to an agent, the newest first. */
    public List<Happening> before(long agent, long number, int atMost) {
        return database.read(handle -> handle.createQuery("""
                        SELECT h.number, h.at, h.kind, h.body, f.nonce, f.quote, f.hash_alg, f.times, f.last_at
                        FROM happening h LEFT JOIN failed_quote f ON f.happening = h.number
                        WHERE h.agent = :agent AND h.number < :before ORDER BY h.number DESC LIMIT :limit
                        """)
                .bind("agent", agent)
                .bind("before", number)
                .bind("limit", atMost)
                .map((row, _) -> {
                    String nonce = row.getString("nonce");
                    return new Happening(
                            row.getLong("number"),
                            Instant.ofEpochMilli(row.getLong("at")),
                            row.getString("kind"),
                            object(row.getString("body")),
                            nonce == null
                                    ? Optional.empty()
                                    : Optional.of(new FailedQuote(
                                            nonce,
                                            row.getString("quote"),
                                            row.getString("hash_alg"),
                                            row.getLong("times"),
                                            Instant.ofEpochMilli(row.getLong("last_at")))));
                })
                .list());
    }

    private static ObjectNode object(String json) {
        try {
            JsonNode node = WireJson.parse(json);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            throw new StoreException("what happened to a machine is stored as something that is no JSON");
        }
        throw new StoreException("what happened to a machine is stored as something that is no JSON object");
    }

    // --- within transactions of others ---

    static void add(Handle handle, long agent, long now, String kind) {
        add(handle, agent, now, kind, "{}");
    }

    static long add(Handle handle, long agent, long now, String kind, String body) {
        long number = handle.createUpdate(
                        "INSERT INTO happening (agent, at, kind, body) VALUES (:agent, :at, :kind, :body)")
                .bind("agent", agent)
                .bind("at", now)
                .bind("kind", kind)
                .bind("body", body)
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one();
        handle.execute(
                "DELETE FROM happening WHERE agent = ? AND number <= (SELECT number FROM happening WHERE agent = ?"
                        + " ORDER BY number DESC LIMIT 1 OFFSET ?)",
                agent,
                agent,
                KEPT);
        return number;
    }

    /** The verdict on an answer, or that there is none; counted if the machine has failed for the same reasons just before. */
    static void failed(Handle handle, long agent, long now, Failures failures) {
        if (failures.nonce() == null) {
            add(handle, agent, now, GIVEN_UP, failures.body());
            return;
        }
        int again = handle.execute(
                "UPDATE failed_quote SET times = times + 1, last_at = ? WHERE reasons = ? AND happening ="
                        + " (SELECT MAX(number) FROM happening WHERE agent = ?)",
                now,
                failures.reasons(),
                agent);
        if (again > 0) {
            return;
        }
        long number = add(handle, agent, now, FAILED, failures.body());
        handle.execute(
                "INSERT INTO failed_quote (happening, reasons, nonce, quote, hash_alg, times, last_at)"
                        + " VALUES (?, ?, ?, ?, ?, 1, ?)",
                number,
                failures.reasons(),
                failures.nonce(),
                failures.quote(),
                failures.hashAlgorithm(),
                now);
        handle.execute(
                "DELETE FROM happening WHERE agent = ? AND kind = ? AND number <= (SELECT number FROM happening"
                        + " WHERE agent = ? AND kind = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
                agent,
                FAILED,
                agent,
                FAILED,
                FAILURES_KEPT);
    }

    /** The kind of the last thing that happened, apart from what is told with a pass. */
    static Optional<String> last(Handle handle, long agent) {
        return handle.createQuery(
                        "SELECT kind FROM happening WHERE agent = :agent AND kind NOT IN (:rebooted, :judgedBy)"
                                + " ORDER BY number DESC LIMIT 1")
                .bind("agent", agent)
                .bind("rebooted", REBOOTED)
                .bind("judgedBy", JUDGED_BY)
                .mapTo(String.class)
                .findOne();
    }
}

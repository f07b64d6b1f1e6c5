package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.json.WireJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The activity record: rows are added and read, never changed and never taken out; they outlive their profile. Texts that a row holds
 * are cut to a bearable length before they are kept. See {@link ActivityChain} for what the chain is worth.
 */
public final class ActivityStore {
    /** Most that are read at once. */
    public static final int PAGE = 2_000;

    private static final int OBJECTS = 500;
    private static final int FACTS = 100;
    private static final int LONGEST = 4_000;
    private static final String COLUMNS =
            "profile, sequence, made_at, source, kind, objects, outcome, facts, origin, previous, hash";
    private static final RowMapper<ActivityRow> ROW = (row, _) -> new ActivityRow(
            row.getLong(1),
            row.getLong(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            row.getString(11));

    private final RecordStore store;

    ActivityStore(RecordStore store) {
        this.store = store;
    }

    /**
     * What is to be kept.
     *
     * @param at when it happened
     * @param source {@code own}, {@code verifier}, {@code console}
     * @param kind {@code group.verb}
     * @param objects ids
     * @param outcome see {@link ActivityRow}
     * @param facts nothing secret
     * @param origin kept once for each profile; empty: always kept
     */
    public record Entry(
            Instant at,
            String source,
            String kind,
            List<String> objects,
            String outcome,
            Map<String, String> facts,
            String origin) {
        /** Copies what it is given. */
        public Entry {
            objects = List.copyOf(objects);
            facts = Map.copyOf(facts);
        }
    }

    /**
     * The end of the record as it was signed.
     *
     * @param sequence of the row
     * @param hash its hash
     * @param at when
     * @param publicKey Ed25519, 32 bytes, hex
     * @param signature hex
     */
    public record Head(long sequence, String hash, String at, String publicKey, String signature) {}

    /** Adds a row; empty where something of that origin is kept already. */
    public Optional<ActivityRow> add(long profile, Entry entry) throws ProblemException {
        String objects = objects(entry.objects());
        String facts = facts(entry.facts());
        return store.write(handle -> {
            if (!entry.origin().isEmpty() && known(handle, profile, entry.origin())) {
                return Optional.empty();
            }
            Optional<ActivityRow> last = last(handle, profile);
            ActivityRow bare = new ActivityRow(
                    profile,
                    last.map(row -> row.sequence() + 1).orElse(1L),
                    entry.at().toString(),
                    entry.source(),
                    entry.kind(),
                    objects,
                    entry.outcome(),
                    facts,
                    entry.origin(),
                    last.map(ActivityRow::hash).orElse(ActivityChain.NOTHING),
                    "");
            ActivityRow row = new ActivityRow(
                    profile,
                    bare.sequence(),
                    bare.at(),
                    bare.source(),
                    bare.kind(),
                    objects,
                    bare.outcome(),
                    facts,
                    bare.origin(),
                    bare.previous(),
                    ActivityChain.hash(bare));
            handle.execute(
                    "INSERT INTO activity (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    profile,
                    row.sequence(),
                    row.at(),
                    row.source(),
                    row.kind(),
                    row.objects(),
                    row.outcome(),
                    row.facts(),
                    row.origin(),
                    row.previous(),
                    row.hash());
            return Optional.of(row);
        });
    }

    private static boolean known(Handle handle, long profile, String origin) {
        return handle.createQuery("SELECT 1 FROM activity WHERE profile = :profile AND origin = :origin")
                .bind("profile", profile)
                .bind("origin", origin)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    private static Optional<ActivityRow> last(Handle handle, long profile) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM activity WHERE profile = :profile ORDER BY sequence DESC LIMIT 1")
                .bind("profile", profile)
                .map(ROW)
                .findOne();
    }

    private static String objects(List<String> objects) {
        ArrayNode array = WireJson.object().putArray("objects");
        objects.stream().limit(OBJECTS).forEach(object -> array.add(cut(object)));
        return WireJson.compactText(array);
    }

    private static String facts(Map<String, String> facts) {
        ObjectNode object = WireJson.object();
        new TreeMap<>(facts)
                .entrySet().stream().limit(FACTS).forEach(fact -> object.put(cut(fact.getKey()), cut(fact.getValue())));
        return WireJson.compactText(object);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "\u2026";
    }

    /** The last row; empty: there is none. */
    public Optional<ActivityRow> last(long profile) throws ProblemException {
        return store.read(handle -> last(handle, profile));
    }

    /** Rows before a sequence, the newest first, at most {@link #PAGE}. */
    public List<ActivityRow> before(long profile, long sequence) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM activity WHERE profile = :profile AND sequence < :sequence"
                        + " ORDER BY sequence DESC LIMIT :most")
                .bind("profile", profile)
                .bind("sequence", sequence)
                .bind("most", PAGE)
                .map(ROW)
                .list());
    }

    /** Rows after a sequence, the oldest first, at most {@link #PAGE}. */
    public List<ActivityRow> after(long profile, long sequence) throws ProblemException {
        return store.read(handle -> handle.createQuery(
                        "SELECT " + COLUMNS
                                + " FROM activity WHERE profile = :profile AND sequence > :sequence ORDER BY sequence LIMIT :most")
                .bind("profile", profile)
                .bind("sequence", sequence)
                .bind("most", PAGE)
                .map(ROW)
                .list());
    }

    /** The end as it was signed last. */
    public Optional<Head> head(long profile) throws ProblemException {
        return store.read(handle -> handle.createQuery(
                        "SELECT sequence, hash, signed_at, public_key, signature FROM activity_head WHERE profile = :profile")
                .bind("profile", profile)
                .map((row, _) -> new Head(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)))
                .findOne());
    }

    /** Keeps the end as it was signed; one that is further along stays. */
    public void head(long profile, Head head) throws ProblemException {
        store.write(handle -> handle.execute(
                "INSERT INTO activity_head (profile, sequence, hash, signed_at, public_key, signature) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (profile) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash,"
                        + " signed_at = excluded.signed_at, public_key = excluded.public_key, signature = excluded.signature"
                        + " WHERE excluded.sequence >= activity_head.sequence",
                profile,
                head.sequence(),
                head.hash(),
                head.at(),
                head.publicKey(),
                head.signature()));
    }

    /** How far a source was read. */
    public Optional<String> cursor(long profile, String name) throws ProblemException {
        return store.read(handle -> handle.createQuery(
                        "SELECT position FROM activity_cursor WHERE profile = :profile AND name = :name")
                .bind("profile", profile)
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
    }

    /** Keeps how far a source was read. */
    public void cursor(long profile, String name, String position) throws ProblemException {
        store.write(handle -> handle.execute(
                "INSERT INTO activity_cursor (profile, name, position) VALUES (?, ?, ?)"
                        + " ON CONFLICT (profile, name) DO UPDATE SET position = excluded.position",
                profile,
                name,
                position));
    }
}

package io.limelight.verifier.state;

import io.limelight.core.api.AgentId;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.store.Database;
import io.limelight.store.Prepared;
import io.limelight.store.StoreException;
import io.limelight.verifier.state.KeptEvidence.Proof;
import java.io.ByteArrayOutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.UnableToProduceResultException;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of every machine's current boot: its last quote, boot log, and measurement list. A row of a list is stored once,
 * whatever machines have it; a list is the numbers of its rows. Everything is written by one thread, the keeper's.
 */
public final class EvidenceStore {
    /** Entries in one piece of a list. */
    private static final int PIECE = 1024;
    /** Rows in one piece of work for the database's writer, for which verdicts wait. */
    private static final int ROWS_AT_ONCE = 256;

    private static final int NAMES_AT_ONCE = 400;
    private static final int FEW_BETWEEN = 8;
    private static final int MAX_BOOT_LOG = 64 << 20;

    private static final String SELECT =
            "SELECT e.agent, e.received_at, e.verdict, e.nonce, e.quote, e.hash_alg, e.tpm_clock, e.reset_count,"
                    + " e.restart_count, e.ima_entries, e.ima_bytes, e.ima_cut, e.boot_log FROM evidence e ";

    private final Database database;
    private final Prepared prepared = new Prepared();

    /** In this database. */
    public EvidenceStore(Database database) {
        this.database = database;
    }

    // --- what is there ---

    /** What is kept of the agent. */
    public Optional<KeptEvidence> find(long agent) {
        return database.read(handle -> handle.createQuery(SELECT + "WHERE e.agent = :agent")
                .bind("agent", agent)
                .map((row, _) -> kept(row))
                .findOne());
    }

    /** What is kept of the agent of that id. */
    public Optional<KeptEvidence> find(AgentId id) {
        return database.read(
                handle -> handle.createQuery(SELECT + "JOIN agent a ON a.number = e.agent WHERE a.agent_id = :id")
                        .bind("id", id.value())
                        .map((row, _) -> kept(row))
                        .findOne());
    }

    private static KeptEvidence kept(ResultSet row) throws SQLException {
        return new KeptEvidence(
                row.getLong("agent"),
                new Proof(
                        Instant.ofEpochMilli(row.getLong("received_at")),
                        row.getString("verdict"),
                        row.getString("nonce"),
                        row.getString("quote"),
                        row.getString("hash_alg"),
                        new ClockInfo(
                                row.getLong("tpm_clock"),
                                row.getLong("reset_count"),
                                row.getLong("restart_count"),
                                true)),
                row.getLong("ima_entries"),
                row.getInt("ima_cut") == 1,
                Optional.ofNullable(row.getString("boot_log")));
    }

    /**
     * A machine whose evidence may be judged anew.
     *
     * @param ak TPM2B_PUBLIC in base64
     * @param imaKeys the keyring it was added with; may be empty
     */
    public record Subject(String agentId, long agent, String ak, String imaKeys) {}

    /** All machines of a verifier, in the order of their ids. */
    public List<Subject> subjects(String verifierId) {
        return database.read(handle -> handle.createQuery(
                        "SELECT agent_id, number, ak_tpm, ima_keys FROM agent WHERE verifier_id = :verifier ORDER BY agent_id")
                .bind("verifier", verifierId)
                .map((row, _) -> new Subject(row.getString(1), row.getLong(2), row.getString(3), row.getString(4)))
                .list());
    }

    /** Numbers of the rows of a list, from an entry on. */
    public long[] numbers(long agent, long from, int atMost) {
        long begin = from / PIECE * PIECE;
        List<long[]> pieces = database.read(handle -> handle.createQuery(
                        "SELECT numbers FROM ima_list WHERE agent = :agent AND first_entry >= :begin"
                                + " AND first_entry < :end ORDER BY first_entry")
                .bind("agent", agent)
                .bind("begin", begin)
                .bind("end", from + atMost)
                .map((row, _) -> RowNumbers.decode(row.getBytes(1)))
                .list());
        int all = pieces.stream().mapToInt(piece -> piece.length).sum();
        int skipped = (int) (from - begin);
        long[] numbers = new long[Math.clamp(all - skipped, 0, atMost)];
        int at = -skipped;
        for (long[] piece : pieces) {
            for (long number : piece) {
                if (at >= 0 && at < numbers.length) {
                    numbers[at] = number;
                }
                at++;
            }
        }
        return numbers;
    }

    /** Rows by their numbers, without line ends; numbers without a row are left out. */
    public Map<Long, byte[]> lines(Collection<Long> numbers) {
        long[] wanted = numbers.stream().mapToLong(Long::longValue).sorted().toArray();
        Map<Long, byte[]> lines = HashMap.newHashMap(wanted.length);
        return database.read(handle -> {
            try (PreparedStatement select = handle.getConnection()
                    .prepareStatement("SELECT number, line FROM ima_row WHERE number BETWEEN ? AND ?")) {
                int from = 0;
                for (int i = 1; i <= wanted.length; i++) {
                    // Rows that came together have numbers that follow each other.
                    if (i < wanted.length && wanted[i] - wanted[i - 1] <= FEW_BETWEEN) {
                        continue;
                    }
                    select.setLong(1, wanted[from]);
                    select.setLong(2, wanted[i - 1]);
                    try (ResultSet row = select.executeQuery()) {
                        while (row.next()) {
                            lines.put(row.getLong(1), row.getBytes(2));
                        }
                    }
                    from = i;
                }
            } catch (SQLException e) {
                throw new UnableToProduceResultException(e, null);
            }
            return lines;
        });
    }

    /** The bytes of a boot log. */
    public Optional<byte[]> bootLog(String checksum) {
        return database.read(handle -> handle.createQuery("SELECT body FROM boot_log WHERE checksum = :checksum")
                        .bind("checksum", checksum)
                        .map((row, _) -> row.getBytes(1))
                        .findOne())
                .map(EvidenceStore::inflate);
    }

    /** Bytes of everything that is kept, roughly. */
    public long size() {
        return database.read(handle -> handle.createQuery("""
                        SELECT (SELECT COALESCE(SUM(LENGTH(line)), 0) FROM ima_row)
                            + (SELECT COALESCE(SUM(LENGTH(body)), 0) FROM boot_log)
                            + (SELECT COALESCE(SUM(LENGTH(numbers)), 0) FROM ima_list)
                        """).mapTo(Long.class).one());
    }

    // --- what the keeper writes ---

    /** Numbers of those rows that are stored. */
    public Map<RowHash, Long> known(Collection<RowHash> hashes) {
        return database.read(handle -> {
            Map<RowHash, Long> known = new HashMap<>();
            try (PreparedStatement select =
                    handle.getConnection().prepareStatement("SELECT number FROM ima_row WHERE hash = ?")) {
                for (RowHash hash : hashes) {
                    select.setBytes(1, hash.bytes());
                    try (ResultSet row = select.executeQuery()) {
                        if (row.next()) {
                            known.put(hash, row.getLong(1));
                        }
                    }
                }
            } catch (SQLException e) {
                throw new UnableToProduceResultException(e, null);
            }
            return known;
        });
    }

    /** Stores rows, and returns their numbers. */
    public Map<RowHash, Long> add(Map<RowHash, byte[]> rows) {
        Map<RowHash, Long> numbers = HashMap.newHashMap(rows.size());
        List<Map.Entry<RowHash, byte[]>> all = new ArrayList<>(rows.entrySet());
        for (int from = 0; from < all.size(); from += ROWS_AT_ONCE) {
            List<Map.Entry<RowHash, byte[]>> some = all.subList(from, Math.min(from + ROWS_AT_ONCE, all.size()));
            numbers.putAll(database.write(handle -> {
                Map<RowHash, Long> added = HashMap.newHashMap(some.size());
                for (Map.Entry<RowHash, byte[]> row : some) {
                    added.put(
                            row.getKey(),
                            prepared.first(
                                            handle,
                                            result -> result.getLong(1),
                                            "INSERT INTO ima_row (hash, line) VALUES (?, ?) ON CONFLICT (hash)"
                                                    + " DO UPDATE SET hash = excluded.hash RETURNING number",
                                            row.getKey().bytes(),
                                            row.getValue())
                                    .orElseThrow());
                }
                return added;
            }));
        }
        return numbers;
    }

    /**
     * Evidence that is to be kept.
     *
     * @param list what came of the measurement list; null if nothing new came
     * @param bootLog the boot log; null if it is the one that is kept
     */
    // Large, written once, never compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record NewEvidence(Proof proof, @Nullable NewRows list, byte @Nullable [] bootLog) {}

    /**
     * Rows of a list.
     *
     * @param first index of the first of them in the whole list; what was kept from there on is replaced
     * @param numbers of stored rows
     * @param bytes of their lines
     * @param cut whether the list goes on and is not kept further
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record NewRows(long first, long[] numbers, long bytes, boolean cut) {}

    /** What became of evidence that was to be kept. */
    public enum Outcome {
        /** It is on disk. */
        KEPT,
        /** Rows before the new ones are not there, so nothing was stored. */
        GAP,
        /** There is no such agent any more. */
        GONE
    }

    /** Stores what a machine proved, in the place of what it proved before. */
    public Outcome put(long agent, NewEvidence evidence) {
        byte[] log = evidence.bootLog();
        String checksum = log == null ? null : HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(log));
        byte[] packed = log == null ? null : deflate(log);
        return database.write(handle -> put(handle, agent, evidence, checksum, packed));
    }

    private record Before(
            long resetCount,
            long entries,
            long bytes,
            boolean cut,
            @Nullable String bootLog) {}

    private Outcome put(
            Handle handle,
            long agent,
            NewEvidence evidence,
            @Nullable String bootLog,
            byte @Nullable [] packedBootLog) {
        if (prepared.first(handle, row -> row.getLong(1), "SELECT number FROM agent WHERE number = ?", agent)
                .isEmpty()) {
            return Outcome.GONE;
        }
        Proof proof = evidence.proof();
        Optional<Before> found = prepared.first(
                handle,
                row -> new Before(row.getLong(1), row.getLong(2), row.getLong(3), row.getInt(4) == 1, row.getString(5)),
                "SELECT reset_count, ima_entries, ima_bytes, ima_cut, boot_log FROM evidence WHERE agent = ?",
                agent);
        boolean sameBoot =
                found.isPresent() && found.get().resetCount() == proof.clock().resetCount();
        Before before = sameBoot ? found.get() : new Before(0, 0, 0, false, null);
        NewRows list = evidence.list();
        if (list != null && list.first() > before.entries()) {
            return Outcome.GAP;
        }
        if (!sameBoot) {
            prepared.update(handle, "DELETE FROM ima_list WHERE agent = ?", agent);
        }
        if (packedBootLog != null) {
            prepared.update(
                    handle,
                    "INSERT INTO boot_log (checksum, body) VALUES (?, ?) ON CONFLICT (checksum) DO NOTHING",
                    bootLog,
                    packedBootLog);
        }
        if (list != null) {
            replace(handle, agent, list);
        }
        prepared.update(
                handle,
                "INSERT INTO evidence (agent, received_at, verdict, nonce, quote, hash_alg, tpm_clock, reset_count,"
                        + " restart_count, ima_entries, ima_bytes, ima_cut, boot_log)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent) DO UPDATE SET"
                        + " received_at = excluded.received_at, verdict = excluded.verdict, nonce = excluded.nonce,"
                        + " quote = excluded.quote, hash_alg = excluded.hash_alg, tpm_clock = excluded.tpm_clock,"
                        + " reset_count = excluded.reset_count, restart_count = excluded.restart_count,"
                        + " ima_entries = excluded.ima_entries, ima_bytes = excluded.ima_bytes,"
                        + " ima_cut = excluded.ima_cut, boot_log = excluded.boot_log",
                agent,
                proof.receivedAt().toEpochMilli(),
                proof.verdict(),
                proof.nonce(),
                proof.quote(),
                proof.hashAlgorithm(),
                proof.clock().clock(),
                proof.clock().resetCount(),
                proof.clock().restartCount(),
                list == null ? before.entries() : list.first() + list.numbers().length,
                list == null ? before.bytes() : (list.first() == 0 ? 0 : before.bytes()) + list.bytes(),
                (list == null ? before.cut() : list.cut()) ? 1 : 0,
                packedBootLog == null ? before.bootLog() : bootLog);
        return Outcome.KEPT;
    }

    private void replace(Handle handle, long agent, NewRows list) {
        long begin = list.first() / PIECE * PIECE;
        int kept = (int) (list.first() - begin);
        long[] numbers = list.numbers();
        if (kept > 0) {
            long[] piece = prepared.first(
                            handle,
                            row -> RowNumbers.decode(row.getBytes(1)),
                            "SELECT numbers FROM ima_list WHERE agent = ? AND first_entry = ?",
                            agent,
                            begin)
                    .orElseGet(() -> new long[0]);
            if (piece.length < kept) {
                throw new StoreException("a stored measurement list is damaged");
            }
            long[] joined = Arrays.copyOf(piece, kept + numbers.length);
            System.arraycopy(numbers, 0, joined, kept, numbers.length);
            numbers = joined;
        }
        prepared.update(handle, "DELETE FROM ima_list WHERE agent = ? AND first_entry >= ?", agent, begin);
        for (int from = 0; from < numbers.length; from += PIECE) {
            prepared.update(
                    handle,
                    "INSERT INTO ima_list (agent, first_entry, numbers) VALUES (?, ?, ?)",
                    agent,
                    begin + from,
                    RowNumbers.encode(numbers, from, Math.min(from + PIECE, numbers.length)));
        }
    }

    // --- what is forgotten ---

    /** Forgets the evidence of machines that have sent none since; how many. */
    public int forgetBefore(Instant time) {
        return database.write(handle -> {
            handle.execute(
                    "DELETE FROM ima_list WHERE agent IN (SELECT agent FROM evidence WHERE received_at < ?)",
                    time.toEpochMilli());
            return handle.execute("DELETE FROM evidence WHERE received_at < ?", time.toEpochMilli());
        });
    }

    /** Removes rows and boot logs no machine has any more; how many. Only the keeper may, since it alone adds rows. */
    public int sweep() {
        int removed = database.write(
                handle -> handle.execute(
                        "DELETE FROM boot_log WHERE NOT EXISTS (SELECT 1 FROM evidence e WHERE e.boot_log = boot_log.checksum)"));
        BitSet used = new BitSet();
        List<Long> agents = database.read(handle -> handle.createQuery("SELECT DISTINCT agent FROM ima_list")
                .mapTo(Long.class)
                .list());
        for (long agent : agents) {
            for (long number : numbers(agent, 0, Integer.MAX_VALUE)) {
                used.set(Math.toIntExact(number));
            }
        }
        List<Long> unused = database.read(handle -> {
            List<Long> numbers = new ArrayList<>();
            try (var rows = handle.createQuery("SELECT number FROM ima_row")
                    .mapTo(Long.class)
                    .iterator()) {
                rows.forEachRemaining(number -> {
                    if (!used.get(Math.toIntExact(number))) {
                        numbers.add(number);
                    }
                });
            }
            return numbers;
        });
        for (int from = 0; from < unused.size(); from += NAMES_AT_ONCE) {
            List<Long> some = unused.subList(from, Math.min(from + NAMES_AT_ONCE, unused.size()));
            removed += database.write(handle -> handle.createUpdate("DELETE FROM ima_row WHERE number IN (<numbers>)")
                    .bindList("numbers", some)
                    .execute());
        }
        return removed;
    }

    // --- bytes ---

    private static byte[] deflate(byte[] bytes) {
        try (Deflater deflater = new Deflater(Deflater.BEST_SPEED)) {
            deflater.setInput(bytes);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    private static byte[] inflate(byte[] packed) {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed);
            ByteArrayOutputStream out = new ByteArrayOutputStream(packed.length * 2 + 64);
            byte[] buffer = new byte[8192];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if ((count == 0 && !inflater.finished()) || out.size() > MAX_BOOT_LOG) {
                    throw new StoreException("a stored boot log is damaged");
                }
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new StoreException("a stored boot log is damaged");
        }
    }
}

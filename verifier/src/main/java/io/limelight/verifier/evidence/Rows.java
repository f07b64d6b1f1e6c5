package io.limelight.verifier.evidence;

import io.limelight.verifier.state.EvidenceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of measurement lists for one dry run: read and looked at once for all machines that have them, and held within bounds. */
final class Rows {
    /** What an entry of the map takes besides its line. */
    private static final int OVERHEAD = 180;

    /**
     * A row.
     *
     * @param line without its end
     * @param extension what it extends PCR 10 by, if it is plain; null if it is to be judged with its list
     */
    // Shared by all lists, never written or compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Row(byte[] line, byte @Nullable [] extension) {}

    private final EvidenceStore store;
    private final long most;
    private final Map<Long, Row> known = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();

    /** Holds so many bytes at most, apart from the list that is under way. */
    Rows(EvidenceStore store, long most) {
        this.store = store;
        this.most = most;
    }

    /**
     * The rows of a list; empty if some are missing.
     *
     * @param look finds out what a row extends PCR 10 by
     */
    Optional<Row[]> list(long[] numbers, Function<byte[], Optional<byte[]>> look) {
        Row[] rows = new Row[numbers.length];
        List<Long> missing = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            Row row = known.get(numbers[i]);
            if (row == null) {
                missing.add(numbers[i]);
            } else {
                rows[i] = row;
            }
        }
        if (!missing.isEmpty()) {
            Map<Long, Row> read = new ConcurrentHashMap<>();
            store.lines(missing)
                    .forEach((number, line) ->
                            read.put(number, new Row(line, look.apply(line).orElse(null))));
            for (int i = 0; i < numbers.length; i++) {
                if (rows[i] == null) {
                    Row row = read.get(numbers[i]);
                    if (row == null) {
                        return Optional.empty();
                    }
                    rows[i] = row;
                }
            }
            remember(read);
        }
        return Optional.of(rows);
    }

    private void remember(Map<Long, Row> read) {
        long bytes = 0;
        for (Row row : read.values()) {
            bytes += row.line().length + OVERHEAD;
        }
        if (held.addAndGet(bytes) > most) {
            known.clear();
            held.set(bytes);
        }
        known.putAll(read);
    }

    /** What the rows extend PCR 10 by; empty if one of them is not plain. */
    static Optional<byte[][]> extensions(Row[] rows) {
        byte[][] extensions = new byte[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            byte[] extension = rows[i].extension();
            if (extension == null) {
                return Optional.empty();
            }
            extensions[i] = extension;
        }
        return Optional.of(extensions);
    }

    /** The list as the kernel printed it. */
    static byte[] text(Row[] rows) {
        int length = rows.length;
        for (Row row : rows) {
            length = Math.addExact(length, row.line().length);
        }
        byte[] list = new byte[length];
        int at = 0;
        for (Row row : rows) {
            System.arraycopy(row.line(), 0, list, at, row.line().length);
            at += row.line().length;
            list[at++] = '\n';
        }
        return list;
    }
}

package io.limelight.verifier.evidence;

import io.limelight.verifier.state.EvidenceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Rows of measurement lists for one dry run: read once for all machines that have them, and held within bounds. */
final class RowTexts {
    /** What an entry of the map takes besides its line. */
    private static final int OVERHEAD = 100;

    private final EvidenceStore store;
    private final long most;
    private final Map<Long, byte[]> lines = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();

    RowTexts(EvidenceStore store, long most) {
        this.store = store;
        this.most = most;
    }

    /** The list as the kernel printed it; empty if rows are missing. */
    Optional<byte[]> list(long[] numbers) {
        byte[][] rows = new byte[numbers.length][];
        List<Long> missing = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            byte[] line = lines.get(numbers[i]);
            if (line == null) {
                missing.add(numbers[i]);
            } else {
                rows[i] = line;
            }
        }
        if (!missing.isEmpty()) {
            Map<Long, byte[]> read = store.lines(missing);
            for (int i = 0; i < numbers.length; i++) {
                if (rows[i] == null) {
                    byte[] line = read.get(numbers[i]);
                    if (line == null) {
                        return Optional.empty();
                    }
                    rows[i] = line;
                }
            }
            remember(read);
        }
        int length = numbers.length;
        for (byte[] row : rows) {
            length = Math.addExact(length, row.length);
        }
        byte[] list = new byte[length];
        int at = 0;
        for (byte[] row : rows) {
            System.arraycopy(row, 0, list, at, row.length);
            at += row.length;
            list[at++] = '\n';
        }
        return Optional.of(list);
    }

    private void remember(Map<Long, byte[]> read) {
        long bytes =
                read.values().stream().mapToLong(line -> line.length + OVERHEAD).sum();
        if (held.addAndGet(bytes) > most) {
            lines.clear();
            held.set(bytes);
        }
        lines.putAll(read);
    }
}

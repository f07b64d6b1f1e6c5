package io.limelight.verifier.evidence;

import io.limelight.core.ima.ByteSearch;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.store.StoreException;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.EvidenceStore.NewEvidence;
import io.limelight.verifier.state.EvidenceStore.NewRows;
import io.limelight.verifier.state.KeptEvidence.Proof;
import io.limelight.verifier.state.RowHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the evidence of every machine's current boot, beside the attestations and never in their way.
 *
 * <p>An attestation hands in what its answer held that is new, which costs a comparison and no wait. One thread takes that from
 * a queue that is bounded by its bytes, splits lists into rows, and stores them in small pieces of work. What does not fit, or
 * cannot be stored, is left out; its machine is then asked for its whole list, once a minute at most, until that is kept.
 *
 * <p>What a failure needs to be understood (sentences, offending rows, the quote) is not left to this: it is stored in the
 * transaction of the verdict.
 */
public final class EvidenceKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EvidenceKeeper.class);

    /** A list of one machine beyond this is kept no further; a long-lived machine has 100,000 entries in 13 MB. */
    static final int MAX_ENTRIES = 250_000;

    static final int MAX_LIST = 32 << 20;

    private static final long LARGEST_QUEUE = 64L << 20;
    private static final int ROWS_REMEMBERED = 100_000;
    private static final Duration BETWEEN_PRUNINGS = Duration.ofHours(1);
    private static final Duration BETWEEN_SWEEPS_WHEN_FULL = Duration.ofMinutes(10);
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /**
     * How much is kept.
     *
     * @param maxBytes of all machines together ({@code evidence_max_size}); 0 keeps nothing
     * @param maxAge after which the evidence of a machine that sends none is forgotten ({@code evidence_max_age})
     */
    public record Options(long maxBytes, Duration maxAge) {}

    /**
     * What an answer held that is to be kept.
     *
     * @param list null if nothing new came
     * @param bootLog base64; null if it is the one that is kept
     */
    record Item(
            Dossier dossier,
            Proof proof,
            @Nullable String list,
            long first,
            @Nullable String bootLog) {
        long size() {
            return 2048L + (list == null ? 0 : list.length()) + (bootLog == null ? 0 : bootLog.length());
        }
    }

    private final EvidenceStore store;
    private final Options options;
    private final InstantSource clock;
    private final long largestQueue;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Item> queue = new ArrayDeque<>();
    private long queued;
    private boolean busy;
    private boolean closing;
    private final Thread thread;

    // Of the thread alone.
    private final Map<RowHash, Long> remembered = new HashMap<>();
    private long size;
    private Instant pruned = Instant.EPOCH;
    private Instant swept = Instant.EPOCH;
    private boolean full;
    private boolean failing;

    /** Keeps evidence in this store. */
    public EvidenceKeeper(EvidenceStore store, Options options, InstantSource clock) {
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.largestQueue = Math.min(LARGEST_QUEUE, Runtime.getRuntime().maxMemory() / 16);
        this.thread = Thread.ofPlatform().name("evidence").daemon().start(this::run);
    }

    /** What is known of the evidence of this agent. */
    public Dossier of(long agent) {
        return new Dossier(this, agent);
    }

    EvidenceStore store() {
        return store;
    }

    boolean keeps() {
        return options.maxBytes() > 0;
    }

    Instant now() {
        return clock.instant();
    }

    /** Hands something in; false if there is no room, and then nothing of it will be kept. */
    boolean offer(Item item) {
        lock.lock();
        try {
            if (closing || (!queue.isEmpty() && queued + item.size() > largestQueue)) {
                return false;
            }
            queue.add(item);
            queued += item.size();
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything that was handed in is on disk or was given up. */
    public void settle() throws InterruptedException {
        lock.lock();
        try {
            while (busy || !queue.isEmpty()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    // --- the thread ---

    private void run() {
        while (true) {
            Item item;
            lock.lock();
            try {
                busy = false;
                changed.signalAll();
                item = queue.poll();
                if (item == null) {
                    if (closing) {
                        return;
                    }
                    changed.await(1, TimeUnit.MINUTES);
                    item = queue.poll();
                }
                if (item != null) {
                    queued -= item.size();
                }
                busy = true;
            } catch (InterruptedException e) {
                return;
            } finally {
                lock.unlock();
            }
            try {
                pruneWhenDue();
                if (item != null) {
                    keep(item);
                }
                failing = false;
            } catch (RuntimeException e) {
                given(item, e);
            }
        }
    }

    private void given(@Nullable Item item, RuntimeException e) {
        remembered.clear();
        if (item != null) {
            item.dossier().lost();
        }
        if (e instanceof StoreException store && store.kind() == StoreException.Kind.CLOSED) {
            return;
        }
        if (!failing) {
            LOG.error("evidence cannot be kept for now; attestations go on without: {}", e.getMessage(), e);
        }
        failing = true;
    }

    private void keep(Item item) {
        byte[] bootLog = null;
        if (item.bootLog() != null) {
            try {
                bootLog = Base64.getDecoder().decode(item.bootLog());
            } catch (IllegalArgumentException e) {
                LOG.debug("a boot log that is no base64 is not kept", e);
            }
        }
        NewRows list = item.list() == null ? null : rows(item.first(), item.list());
        EvidenceStore.Outcome outcome = store.put(item.dossier().agent(), new NewEvidence(item.proof(), list, bootLog));
        switch (outcome) {
            case KEPT -> {
                if (list != null && list.cut()) {
                    item.dossier().cut();
                }
            }
            case GAP -> item.dossier().lost();
            case GONE -> {}
        }
    }

    private NewRows rows(long first, String text) {
        byte[] list = text.getBytes(StandardCharsets.UTF_8);
        Map<RowHash, byte[]> lines = new LinkedHashMap<>();
        RowHash[] order = new RowHash[1024];
        int count = 0;
        int at = 0;
        boolean cut = false;
        while (at < list.length) {
            int end = ByteSearch.indexOf(list, at, list.length, (byte) '\n');
            if (end < 0) {
                end = list.length;
            }
            if (first + count >= MAX_ENTRIES || end > MAX_LIST) {
                cut = true;
                break;
            }
            byte[] line = Arrays.copyOfRange(list, at, end);
            RowHash hash = RowHash.of(HashAlgorithm.SHA256.digest(line));
            if (!remembered.containsKey(hash)) {
                lines.put(hash, line);
            }
            if (count == order.length) {
                order = Arrays.copyOf(order, 2 * count);
            }
            order[count++] = hash;
            at = end + 1;
        }
        Map<RowHash, Long> numbers = new HashMap<>(lines.isEmpty() ? Map.of() : store.known(lines.keySet()));
        lines.keySet().removeAll(numbers.keySet());
        long bytes = lines.values().stream().mapToLong(line -> line.length).sum();
        if (bytes > 0 && size + bytes > options.maxBytes()) {
            if (sweptForRoom()) {
                // Rows that were found may be among those that were removed.
                return rows(first, text);
            }
            count = kept(order, count, numbers);
            cut = true;
        } else if (bytes > 0) {
            numbers.putAll(store.add(lines));
            size += bytes;
            full = false;
        }
        long[] rows = new long[count];
        for (int i = 0; i < count; i++) {
            Long number = remembered.get(order[i]);
            rows[i] = number == null ? Objects.requireNonNull(numbers.get(order[i])) : number;
        }
        if (remembered.size() + numbers.size() > ROWS_REMEMBERED) {
            remembered.clear();
        }
        remembered.putAll(numbers);
        return new NewRows(first, rows, at, cut);
    }

    /** How many rows from the first on are stored. */
    private int kept(RowHash[] order, int count, Map<RowHash, Long> numbers) {
        for (int i = 0; i < count; i++) {
            if (!remembered.containsKey(order[i]) && !numbers.containsKey(order[i])) {
                return i;
            }
        }
        return count;
    }

    private boolean sweptForRoom() {
        if (clock.instant().isAfter(swept.plus(BETWEEN_SWEEPS_WHEN_FULL))) {
            sweep();
            return true;
        }
        if (!full) {
            LOG.warn(
                    "the evidence of all machines has {} bytes, and evidence_max_size allows no more than {}: new rows of"
                            + " measurement lists are not kept",
                    size,
                    options.maxBytes());
        }
        full = true;
        return false;
    }

    private void pruneWhenDue() {
        Instant now = clock.instant();
        if (now.isBefore(pruned.plus(BETWEEN_PRUNINGS))) {
            return;
        }
        pruned = now;
        int forgotten =
                store.forgetBefore(keeps() ? now.minus(options.maxAge()) : Instant.ofEpochMilli(Long.MAX_VALUE));
        if (forgotten > 0) {
            LOG.info("the evidence of {} machines that have sent none for long was forgotten", forgotten);
        }
        sweep();
    }

    private void sweep() {
        swept = clock.instant();
        // What was deleted must not be remembered as if it were there.
        remembered.clear();
        int removed = store.sweep();
        size = store.size();
        LOG.debug("{} rows and boot logs no machine has any more were removed, {} bytes are left", removed, size);
    }

    /** Takes nothing more, and lets what was handed in be stored. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(FAREWELL)) {
                LOG.warn("some evidence was not kept; its machines are asked for it again after the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

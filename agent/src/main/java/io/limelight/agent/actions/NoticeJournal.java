package io.limelight.agent.actions;

import io.limelight.core.json.WireJson;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which notices this machine has seen and what it did about them, on disk: a reboot forgets a payload and must not make old
 * notices new.
 *
 * <p>One JSON object per line, each complete by itself: {@code accepted} (a genuine notice, with its text), {@code begun} (its
 * actions may have run from here on), {@code action} (one has ended), {@code receipt} (done). The first two and the last are
 * forced to disk before anything else happens, so whatever moment a crash chooses: a notice that was accepted and not begun is
 * still to be run, and one that was begun is never run again. A line that a crash has cut off is as good as never written,
 * since nothing was done on its account.
 *
 * <p>Bounded: the texts are dropped once begun, the newest {@value #RECEIPTS} receipts are kept, as far as they are not
 * more than {@value #RECEIPT_BYTES} bytes, and {@value #SEEN} notices are remembered. Of more, those go first whose own time has
 * passed (they would be refused for that), then the oldest.
 */
final class NoticeJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeJournal.class);
    static final int RECEIPTS = 500;
    static final int SEEN = 4096;
    static final int RECEIPT_BYTES = 4 << 20;

    /** An answer has to fit what askers read of one. */
    private static final int PAGE_BYTES = 1 << 20;

    private static final long REWRITE_AT = 4L << 20;
    private static final long LARGEST = 256L << 20;

    private final Path file;
    private final InstantSource clock;
    private final Bounds bounds;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Deque<Receipt> receipts = new ArrayDeque<>();
    private final Deque<Integer> receiptSizes = new ArrayDeque<>();
    private long receiptBytes;
    private long newest;
    private long size;
    private long rewriteAt;
    private boolean closed;
    private @Nullable FileChannel channel;

    /**
     * How much is kept.
     *
     * @param receipts receipts
     * @param seen notices that are remembered
     * @param rewriteAt bytes of the file at which it is written anew, with what counts
     */
    record Bounds(int receipts, int seen, long rewriteAt) {}

    /** A notice. */
    private static final class Entry {
        private final Receipt.NoticeRef ref;
        private final @Nullable Instant expires;
        private @Nullable String text;
        private boolean ended;
        private final List<ActionReceipt> actions = new ArrayList<>();

        Entry(Receipt.NoticeRef ref, @Nullable Instant expires, @Nullable String text) {
            this.ref = ref;
            this.expires = expires;
            this.text = text;
        }

        boolean begun() {
            return text == null;
        }
    }

    /**
     * A notice that is still to be acted upon.
     *
     * @param ref which
     * @param text its message
     */
    record Accepted(Receipt.NoticeRef ref, String text) {}

    private NoticeJournal(Path file, InstantSource clock, Bounds bounds) {
        this.file = file;
        this.clock = clock;
        this.bounds = bounds;
        this.rewriteAt = bounds.rewriteAt();
    }

    /**
     * Opens the journal, made if missing. Notices that were begun and not ended get the receipt {@code interrupted}.
     *
     * <p>A full disk is no reason to stop: what was seen is known, so nothing is run twice, and what comes is neither accepted
     * nor begun before it could be written. That is tried again with each notice.
     *
     * @throws IOException if it cannot be read, or not written for another reason
     */
    static NoticeJournal open(Path file, InstantSource clock) throws IOException {
        return open(file, clock, new Bounds(RECEIPTS, SEEN, REWRITE_AT));
    }

    static NoticeJournal open(Path file, InstantSource clock, Bounds bounds) throws IOException {
        NoticeJournal journal = new NoticeJournal(file, clock, bounds);
        journal.load();
        for (Entry entry : List.copyOf(journal.entries.values())) {
            if (entry.begun() && !entry.ended) {
                LOG.warn(
                        "the agent ended while actions for the notice about {} were under way; they are not run again",
                        entry.ref.agentId());
                journal.note(
                        entry,
                        Receipt.Outcome.INTERRUPTED,
                        "the agent ended while the actions were under way; they are not run again",
                        entry.actions);
            }
        }
        try {
            journal.rewrite();
        } catch (IOException e) {
            if (!FileTrouble.diskFull(e)) {
                throw journal.unwritable(e);
            }
            LOG.warn(
                    "the journal of notices {} cannot be written: {}. Until then revocation notices are refused, and no"
                            + " action is run",
                    file,
                    FileTrouble.sentence(e));
        }
        return journal;
    }

    private IOException unwritable(IOException failure) {
        return new IOException(
                "the journal of notices " + file + " cannot be written: " + FileTrouble.sentence(failure), failure);
    }

    // --- reading ---

    private void load() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
            throw new IOException(
                    file + " is no journal of notices; remove it, knowing that notices seen before may then"
                            + " run actions again");
        }
        byte[] content = Files.readAllBytes(file);
        int start = 0;
        int unreadable = 0;
        for (int at = 0; at < content.length; at++) {
            if (content[at] == '\n') {
                if (!read(new String(content, start, at - start, StandardCharsets.UTF_8))) {
                    unreadable++;
                }
                start = at + 1;
            }
        }
        if (unreadable > 0) {
            LOG.error("{} lines of {} are damaged; notices that stood there may run actions again", unreadable, file);
        }
    }

    private boolean read(String text) {
        try {
            ObjectNode json = WireJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
            String kind = Receipt.required(json, "line");
            if (kind.equals("receipt")) {
                Receipt receipt = Receipt.from(json);
                Entry entry = entries.computeIfAbsent(
                        receipt.notice().key(), key -> new Entry(receipt.notice(), expires(json), null));
                entry.text = null;
                entry.ended = true;
                entry.actions.clear();
                keep(receipt);
                return true;
            }
            if (kind.equals("seen")) {
                Receipt.NoticeRef ref = Receipt.NoticeRef.from(json);
                Entry entry = new Entry(ref, expires(json), null);
                entry.ended = true;
                entries.put(ref.key(), entry);
                return true;
            }
            if (kind.equals("newest")) {
                newest = Math.max(newest, WireJson.number(json, "sequence").orElse(0L));
                return true;
            }
            if (kind.equals("accepted")) {
                Receipt.NoticeRef ref = Receipt.NoticeRef.from(json);
                entries.put(ref.key(), new Entry(ref, expires(json), Receipt.required(json, "msg")));
                return true;
            }
            Entry entry = entries.get(Receipt.required(json, "notice"));
            if (entry == null) {
                return false;
            }
            switch (kind) {
                case "begun" -> entry.text = null;
                case "action" -> entry.actions.add(ActionReceipt.from(json));
                default -> {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LOG.debug("a line of {}", file, e);
            return false;
        }
    }

    private static @Nullable Instant expires(ObjectNode json) {
        return WireJson.number(json, "expires").map(Instant::ofEpochMilli).orElse(null);
    }

    // --- writing ---

    /**
     * Writes a notice down.
     *
     * @return whether it is a new one
     * @throws IOException if it cannot be written; then it has not been accepted
     */
    synchronized boolean accept(Receipt.NoticeRef ref, Optional<Instant> expires, String text) throws IOException {
        if (entries.containsKey(ref.key())) {
            return false;
        }
        Entry entry = new Entry(ref, expires.orElse(null), text);
        append(accepted(entry), true);
        entries.put(ref.key(), entry);
        forget();
        return true;
    }

    /** Accepted and not begun, oldest first. */
    synchronized List<Accepted> waiting() {
        List<Accepted> waiting = new ArrayList<>();
        for (Entry entry : entries.values()) {
            String text = entry.text;
            if (text != null) {
                waiting.add(new Accepted(entry.ref, text));
            }
        }
        return waiting;
    }

    /**
     * From here on its actions may have run.
     *
     * @return false if they may have before
     * @throws IOException if it cannot be written; then nothing may be run
     */
    synchronized boolean begin(String key) throws IOException {
        Entry entry = entries.get(key);
        if (entry == null || entry.begun()) {
            return false;
        }
        append(line("begun").put("notice", key), true);
        entry.text = null;
        return true;
    }

    /** One action has ended. */
    synchronized void action(String key, ActionReceipt action) throws IOException {
        Entry entry = entries.get(key);
        if (entry != null) {
            entry.actions.add(action);
            ObjectNode json = line("action").put("notice", key);
            json.setAll(action.toJson());
            append(json, false);
        }
    }

    /** Done with a notice. */
    synchronized Receipt end(String key, Receipt.Outcome outcome, String reason, List<ActionReceipt> actions)
            throws IOException {
        Entry entry = entries.get(key);
        if (entry == null) {
            throw new IllegalStateException("a notice that was never accepted has ended");
        }
        Receipt receipt = note(entry, outcome, reason, actions);
        append(receipt(receipt, entry), true);
        return receipt;
    }

    private Receipt note(Entry entry, Receipt.Outcome outcome, String reason, List<ActionReceipt> actions) {
        Receipt receipt = new Receipt(newest + 1, entry.ref, clock.instant(), outcome, reason, actions);
        entry.text = null;
        entry.ended = true;
        entry.actions.clear();
        keep(receipt);
        return receipt;
    }

    private void keep(Receipt receipt) {
        newest = Math.max(newest, receipt.sequence());
        int bytes = size(receipt);
        receipts.addLast(receipt);
        receiptSizes.addLast(bytes);
        receiptBytes += bytes;
        while (receipts.size() > bounds.receipts() || (receiptBytes > RECEIPT_BYTES && receipts.size() > 1)) {
            receipts.removeFirst();
            receiptBytes -= receiptSizes.removeFirst();
        }
    }

    private static int size(Receipt receipt) {
        return WireJson.compact(receipt.toJson()).length;
    }

    private void forget() {
        if (entries.size() <= bounds.seen()) {
            return;
        }
        Instant now = clock.instant();
        if (!forget(now)) {
            forget(null);
        }
    }

    /** Forgets the oldest entry that is done with: of those whose time had passed by then, or of all. */
    private boolean forget(@Nullable Instant passed) {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            Instant expires = entry.expires;
            if (entry.ended && (passed == null || (expires != null && expires.isBefore(passed)))) {
                all.remove();
                return true;
            }
        }
        return false;
    }

    private static ObjectNode line(String kind) {
        return WireJson.object().put("line", kind);
    }

    private static ObjectNode accepted(Entry entry) {
        return reference("accepted", entry).put("msg", entry.text);
    }

    private static ObjectNode reference(String kind, Entry entry) {
        ObjectNode json = line(kind);
        entry.ref.put(json);
        if (entry.expires != null) {
            json.put("expires", entry.expires.toEpochMilli());
        }
        return json;
    }

    private static ObjectNode receipt(Receipt receipt, @Nullable Entry entry) {
        ObjectNode json = line("receipt");
        json.setAll(receipt.toJson());
        if (entry != null && entry.expires != null) {
            json.put("expires", entry.expires.toEpochMilli());
        }
        return json;
    }

    private static byte[] bytes(ObjectNode json) {
        byte[] text = WireJson.compact(json);
        byte[] line = java.util.Arrays.copyOf(text, text.length + 1);
        line[text.length] = '\n';
        return line;
    }

    private void append(ObjectNode json, boolean force) throws IOException {
        if (closed) {
            throw new IOException("the journal of notices is closed");
        }
        byte[] line = bytes(json);
        try {
            if (channel == null || size > rewriteAt) {
                rewrite();
            }
            FileChannel open = Objects.requireNonNull(channel);
            ByteBuffer rest = ByteBuffer.wrap(line);
            while (rest.hasRemaining()) {
                open.write(rest);
            }
            if (force) {
                open.force(false);
            }
            size += line.length;
        } catch (IOException e) {
            // Half a line would swallow the next one.
            rewriteAt = 0;
            throw unwritable(e);
        }
    }

    /** Writes what is worth keeping into a new file that takes the place of the old one. */
    private void rewrite() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes(line("newest").put("sequence", newest)));
        for (Entry entry : entries.values()) {
            if (entry.ended) {
                all.writeBytes(bytes(reference("seen", entry)));
            } else if (entry.text != null) {
                all.writeBytes(bytes(accepted(entry)));
            } else {
                all.writeBytes(bytes(reference("accepted", entry).put("msg", "")));
                all.writeBytes(bytes(line("begun").put("notice", entry.ref.key())));
                for (ActionReceipt action : entry.actions) {
                    ObjectNode json = line("action").put("notice", entry.ref.key());
                    json.setAll(action.toJson());
                    all.writeBytes(bytes(json));
                }
            }
        }
        for (Receipt receipt : receipts) {
            all.writeBytes(bytes(receipt(receipt, entries.get(receipt.notice().key()))));
        }
        PrivateFiles.write(file, all.toByteArray());
        closeChannel();
        channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        size = all.size();
        rewriteAt = Math.max(bounds.rewriteAt(), 2 * size);
    }

    // --- looking ---

    /** Number of the newest receipt; 0 if there never was one. */
    synchronized long newest() {
        return newest;
    }

    /** Receipts with greater numbers, oldest first: at most so many, and no more than a page holds, but one at least. */
    synchronized List<Receipt> after(long sequence, int most) {
        List<Receipt> page = new ArrayList<>();
        int bytes = 0;
        for (Receipt receipt : receipts) {
            if (receipt.sequence() > sequence) {
                bytes += size(receipt);
                if (page.size() == most || (!page.isEmpty() && bytes > PAGE_BYTES)) {
                    break;
                }
                page.add(receipt);
            }
        }
        return page;
    }

    /** How many notices are remembered. */
    synchronized int seen() {
        return entries.size();
    }

    private void closeChannel() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            closeChannel();
        } catch (IOException e) {
            LOG.debug("closing {}", file, e);
        }
    }
}

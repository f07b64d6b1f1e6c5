package io.limelight.agent.evidence;

import io.limelight.core.secret.FileTrouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's IMA list as text, opened once (before privileges are dropped) and read from where the verifier wants it.
 *
 * <p>The list only grows during a boot and may have hundreds of thousands of lines, while a verifier asks every few seconds
 * for those it has not seen. So the byte offset of every {@value #STRIDE}th line is remembered and a request starts reading
 * at the nearest one: its cost follows what is new, not what there is. Offsets are trusted only while a line end still stands
 * in front of them; a file that was replaced by a shorter or other one (test files, emulators) is read from the start.
 */
public final class ImaList implements AutoCloseable {
    /** Longest slice that is sent; 100,000 usual entries are 15 MiB. */
    public static final int MAX_SLICE = 48 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ImaList.class);
    private static final int STRIDE = 1024;
    private static final int CHUNK = 64 * 1024;

    private final Path path;
    private final LogFile file;

    /** Offset of line 0, STRIDE, 2 STRIDE… */
    private final List<Long> offsets = new ArrayList<>(List.of(0L));

    private ImaList(Path path, LogFile file) {
        this.path = path;
        this.file = file;
    }

    /** Opens the list; empty, with a log line, where there is none or it may not be read. */
    public static Optional<ImaList> open(Path path) {
        return open(path, OptionalInt.empty());
    }

    /**
     * Takes the list that was opened for this process, or opens it.
     *
     * @param inherited number of the open file, if there is one
     */
    public static Optional<ImaList> open(Path path, OptionalInt inherited) {
        try {
            return Optional.of(new ImaList(path, LogFile.open(path, inherited)));
        } catch (IOException e) {
            LOG.warn("there is no readable IMA list at {} ({}); quotes go without it", path, FileTrouble.whyUnread(e));
            return Optional.empty();
        }
    }

    /**
     * Part of the list.
     *
     * @param entry index of its first line
     * @param text complete lines, each with its end
     */
    public record Slice(long entry, String text) {}

    /** A file that is not as it was, noticed while reading. */
    private static final class Replaced extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * Lines from {@code wanted} on; the whole list from 0 if it is shorter than that, which is how a verifier learns that the
     * machine was rebooted.
     *
     * @throws IOException if it cannot be read, or the slice is longer than {@link #MAX_SLICE}
     */
    public synchronized Slice from(long wanted) throws IOException {
        try {
            return read(wanted);
        } catch (Replaced e) {
            forget();
            try {
                return read(wanted);
            } catch (Replaced again) {
                throw new IOException(path + " changes while it is read", again);
            }
        }
    }

    private void forget() {
        offsets.clear();
        offsets.add(0L);
    }

    private Slice read(long wanted) throws IOException, Replaced {
        int mark = (int) Math.min(wanted / STRIDE, offsets.size() - 1L);
        Scan scan = new Scan((long) mark * STRIDE, offsets.get(mark), wanted);
        scan.run();
        if (scan.line >= wanted) {
            return new Slice(wanted, scan.text());
        }
        forget();
        Scan whole = new Scan(0, 0, 0);
        whole.run();
        return new Slice(0, whole.text());
    }

    /** One pass from a known line to the end of the file. */
    private final class Scan {
        private final long wanted;
        private long line;
        private long position;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        private byte[] collected = new byte[0];
        private int collectedLength;
        private int complete;

        Scan(long line, long position, long wanted) {
            this.line = line;
            this.position = position;
            this.wanted = wanted;
        }

        void run() throws IOException, Replaced {
            if (position > 0) {
                ByteBuffer before = ByteBuffer.allocate(1);
                if (file.read(before, position - 1) != 1 || before.get(0) != '\n') {
                    throw new Replaced();
                }
            }
            while (true) {
                chunk.clear();
                int got = file.read(chunk, position);
                if (got <= 0) {
                    return;
                }
                take(chunk.array(), got);
                position += got;
            }
        }

        private void take(byte[] bytes, int length) throws IOException {
            int start = line >= wanted ? 0 : -1;
            int lastEnd = -1;
            for (int i = 0; i < length; i++) {
                if (bytes[i] != '\n') {
                    continue;
                }
                line++;
                lastEnd = i;
                if (line % STRIDE == 0 && line / STRIDE == offsets.size()) {
                    offsets.add(position + i + 1);
                }
                if (start < 0 && line >= wanted) {
                    start = i + 1;
                }
            }
            if (start >= 0) {
                int already = collectedLength;
                append(bytes, start, length - start);
                if (lastEnd >= start) {
                    complete = already + lastEnd + 1 - start;
                }
            }
        }

        private void append(byte[] bytes, int from, int count) throws IOException {
            if (count > MAX_SLICE - collectedLength) {
                throw new IOException(
                        "the IMA list from entry " + wanted + " on is longer than " + MAX_SLICE + " bytes");
            }
            if (collected.length - collectedLength < count) {
                int room = Math.min(MAX_SLICE, Math.max(collectedLength + count, 2 * collected.length));
                collected = java.util.Arrays.copyOf(collected, room);
            }
            System.arraycopy(bytes, from, collected, collectedLength, count);
            collectedLength += count;
        }

        /** Complete lines only: a last one without its end is still being written. */
        String text() {
            return new String(collected, 0, complete, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing {}", path, e);
        }
    }
}

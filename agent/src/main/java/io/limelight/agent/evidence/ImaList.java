package io.limelight.agent.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.limelight.core.json.LongText;
import io.limelight.core.secret.FileTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
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

    /** What is longer is not held in memory: an agent lives in a few tens of MiB, and a list may be as long as that. */
    static final int IN_MEMORY = 256 << 10;

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

    /** Part of the list: complete lines, each with its end. */
    public sealed interface Slice {
        /** Index of the first line. */
        long entry();
    }

    /** A part of usual size. */
    public record Lines(long entry, String text) implements Slice {}

    /** A long part, to be read from the file when it is sent. */
    public record Region(long entry, LongText text) implements Slice {}

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
            return scan.slice();
        }
        forget();
        Scan whole = new Scan(0, 0, 0);
        whole.run();
        return whole.slice();
    }

    /** One pass from a known line to the end of the file. */
    private final class Scan {
        private final long wanted;
        private long line;
        private long position;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        /** Where the wanted lines begin; -1 until they do. */
        private long from = -1;
        /** Where the last complete one of them ends. */
        private long to = -1;

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
            if (start < 0) {
                return;
            }
            if (from < 0) {
                from = position + start;
                to = from;
            }
            if (lastEnd >= start) {
                to = position + lastEnd + 1;
            }
            if (position + length - from > MAX_SLICE) {
                throw new IOException(
                        "the IMA list from entry " + wanted + " on is longer than " + MAX_SLICE + " bytes");
            }
            // One chunk beyond the limit at most: what is longer is read again when it is sent.
            if (collected.size() <= IN_MEMORY) {
                collected.write(bytes, start, length - start);
            }
        }

        /** Complete lines only: a last one without its end is still being written. */
        Slice slice() {
            if (to - from <= IN_MEMORY) {
                return new Lines(wanted, new String(collected.toByteArray(), 0, (int) (to - from), UTF_8));
            }
            return new Region(wanted, () -> new InputStreamReader(new Part(from, to), UTF_8));
        }
    }

    /** Bytes of the file from one position to another. */
    private final class Part extends InputStream {
        private final long to;
        private long position;

        Part(long from, long to) {
            this.position = from;
            this.to = to;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) throws IOException {
            if (position >= to) {
                return -1;
            }
            int got = file.read(ByteBuffer.wrap(into, offset, (int) Math.min(count, to - position)), position);
            if (got <= 0) {
                throw new IOException(path + " became shorter while it was read");
            }
            position += got;
            return got;
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

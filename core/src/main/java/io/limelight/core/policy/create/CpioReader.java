package io.limelight.core.policy.create;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A cpio archive as the kernel unpacks it: formats newc and crc (Documentation/driver-api/early-userspace/buffer-format).
 *
 * <pre>
 *   c_magic "070701" | "070702", then 13 numbers of 8 hexadecimal digits:
 *   ino mode uid gid nlink mtime filesize maj min rmaj rmin namesize chksum
 *   name with its NUL, padded to 4; data, padded to 4; the last entry is called TRAILER!!!
 * </pre>
 *
 * <p>Read as a stream, entry after entry; what the caller leaves of an entry's data is skipped. Checksums are not checked: the
 * kernel does not either.
 */
final class CpioReader {
    static final int MAGIC_LENGTH = 6;
    private static final int NUMBERS = 13;
    private static final int MAX_NAME = 4096;
    private static final int MAX_ENTRIES = 1_000_000;
    private static final int FILE_TYPE = 0170000;
    private static final int REGULAR = 0100000;

    private final InputStream in;
    private final long maxBytes;
    private long position;
    private long left;
    private int entries;

    /**
     * One entry.
     *
     * @param name as it is written; empty if it is no UTF-8
     * @param file whether it is a regular file
     * @param size bytes of data that follow
     * @param linked whether other entries are the same file; one of them has the data
     * @param inode what such entries have in common
     */
    record Entry(Optional<String> name, boolean file, long size, boolean linked, String inode) {}

    /** For an archive that begins here; not closed by this. */
    CpioReader(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    static boolean isMagic(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.startsWith("070701") || text.startsWith("070702");
    }

    /** The next entry; empty after the last. */
    Optional<Entry> next() throws IOException {
        skip(left);
        left = 0;
        align();
        byte[] magic = bytes(MAGIC_LENGTH);
        if (!isMagic(magic)) {
            throw new IOException("where an entry of its cpio archive should begin there is something else");
        }
        if (++entries > MAX_ENTRIES) {
            throw new IOException("it has more than " + MAX_ENTRIES + " entries");
        }
        long[] numbers = new long[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = number(bytes(8));
        }
        long nameSize = numbers[11];
        if (nameSize < 1 || nameSize > MAX_NAME) {
            throw new IOException("a name in it has " + nameSize + " bytes");
        }
        byte[] name = bytes((int) nameSize);
        align();
        left = numbers[6];
        if (new String(name, StandardCharsets.ISO_8859_1).equals("TRAILER!!!\0")) {
            skip(left);
            align();
            left = 0;
            return Optional.empty();
        }
        return Optional.of(new Entry(
                text(name),
                (numbers[1] & FILE_TYPE) == REGULAR,
                numbers[6],
                numbers[4] > 1,
                numbers[0] + ":" + numbers[7] + ":" + numbers[8]));
    }

    private static Optional<String> text(byte[] name) {
        int end = name.length;
        while (end > 0 && name[end - 1] == 0) {
            end--;
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name, 0, end))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static long number(byte[] digits) throws IOException {
        long value = 0;
        for (byte b : digits) {
            int digit = Character.digit(b, 16);
            if (digit < 0) {
                throw new IOException("a number in its cpio archive is not hexadecimal");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** The data of the entry just read, to its end. */
    InputStream data() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int from, int length) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int read = in.read(target, from, (int) Math.min(length, left));
                if (read < 0) {
                    throw new EOFException("it ends inside a file");
                }
                count(read);
                left -= read;
                return read;
            }
        };
    }

    private void count(long bytes) throws IOException {
        position += bytes;
        if (position > maxBytes) {
            throw new IOException("unpacked it is longer than " + (maxBytes >> 20) + " MiB");
        }
    }

    private byte[] bytes(int length) throws IOException {
        byte[] read = in.readNBytes(length);
        if (read.length < length) {
            throw new EOFException("it ends before its last entry");
        }
        count(length);
        return read;
    }

    private void skip(long bytes) throws IOException {
        // Counted first: a hostile size then costs nothing.
        count(bytes);
        in.skipNBytes(bytes);
    }

    private void align() throws IOException {
        // The padding after the last entry may be missing at the end of a file.
        int padding = (int) (-position & 3);
        position += in.readNBytes(padding).length;
    }
}

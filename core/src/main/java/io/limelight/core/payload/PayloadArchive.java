package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip payload, read from memory and distrusted.
 *
 * <p>The archive comes from whoever holds K, normally the administrator; still it is unpacked as root, so everything an
 * archive can do to its reader is refused before the first file is written: paths that leave the folder, absolute paths,
 * links and devices, names the agent writes itself, the same name twice (in any case), encrypted entries, methods other
 * than stored and deflated, more entries or bytes than allowed, and contents that differ from what the directory declares.
 *
 * <p>Bombs: what an entry unpacks to is bounded by what it declares, the declared sum by the space that is free, and no two
 * entries may share compressed bytes, so the whole archive can never unpack to more than deflate's own limit of 1032 times
 * its length. An entry that declares more than that is refused before anything is unpacked.
 *
 * <p>The central directory is the only authority (APPNOTE 4.3.12): readers that stream local headers and readers that use
 * the directory can be shown two different archives, so the directory is parsed here, each entry is taken from where it
 * points, and local headers must agree about name and method. Zip64, spanned and self-extracting archives are refused.
 */
public final class PayloadArchive {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final int FLAG_ENCRYPTED = 1 | 1 << 6 | 1 << 13;
    private static final int UNIX = 3;
    private static final int FILE_TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    /** Deflate cannot do better: 258 bytes from two bits (RFC 1951 §3.2.5), plus a little for blocks of a few bytes. */
    private static final long MAX_RATIO = 1032;

    private static final long RATIO_ALLOWANCE = 4096;
    /** Two seconds past the first moment that zip knows: with that one Java adds another stamp, in the zone of this computer. */
    private static final LocalDateTime PACKED_AT = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

    private final byte[] bytes;
    private final List<Entry> entries;

    private PayloadArchive(byte[] bytes, List<Entry> entries) {
        this.bytes = bytes;
        this.entries = List.copyOf(entries);
    }

    /**
     * Bounds of an archive.
     *
     * @param entries largest number of entries
     * @param totalBytes largest sum of unpacked sizes, normally the space left in the secure area
     */
    public record Bounds(int entries, long totalBytes) {
        /** Room for a large folder of scripts and keys. */
        public static final int DEFAULT_ENTRIES = 4096;
    }

    /**
     * One file or folder.
     *
     * @param name path with {@code /} between segments, without a trailing one
     * @param directory whether it is a folder
     * @param size unpacked size in bytes
     * @param executable whether the archive marks it executable by its owner
     */
    public record Entry(
            String name,
            boolean directory,
            long size,
            boolean executable,
            int method,
            int compressed,
            int offset,
            int crc) {
        /** One past its last compressed byte. */
        private int end() {
            return offset + compressed;
        }
    }

    /** Whether the bytes begin as a zip archive; if not, the payload is a single file. */
    public static boolean startsAsZip(byte[] bytes) {
        if (bytes.length < 4 || bytes[0] != 'P' || bytes[1] != 'K') {
            return false;
        }
        int kind = bytes[2] << 8 | bytes[3];
        return kind == 0x0304 || kind == 0x0506 || kind == 0x0708;
    }

    /**
     * Reads the directory and checks every entry.
     *
     * @param bytes the archive; not copied, must not change
     * @param reserved lower-case names the agent writes itself
     * @throws PayloadException naming the first entry that cannot be accepted, and why
     */
    public static PayloadArchive read(byte[] bytes, Set<String> reserved, Bounds bounds) throws PayloadException {
        ByteBuffer zip = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = endOfDirectory(zip);
        int count = zip.getShort(end + 10) & 0xffff;
        long size = zip.getInt(end + 12) & 0xffffffffL;
        long start = zip.getInt(end + 16) & 0xffffffffL;
        if (zip.getShort(end + 4) != 0 || zip.getShort(end + 6) != 0 || (zip.getShort(end + 8) & 0xffff) != count) {
            throw damaged("it is one part of a spanned archive");
        }
        if (count == 0xffff || start == 0xffffffffL) {
            throw damaged("it is in Zip64 format, which a payload never needs");
        }
        if (start + size != end) {
            throw damaged("its directory is not where its end record says");
        }
        if (count > bounds.entries()) {
            throw new PayloadException(
                    "the archive has " + count + " entries, at most " + bounds.entries() + " are unpacked");
        }
        List<Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        long total = 0;
        int at = (int) start;
        for (int i = 0; i < count; i++) {
            if (at + CENTRAL_SIZE > end || zip.getInt(at) != CENTRAL_SIGNATURE) {
                throw damaged("its directory ends early");
            }
            int nameLength = zip.getShort(at + 28) & 0xffff;
            int next = at
                    + CENTRAL_SIZE
                    + nameLength
                    + (zip.getShort(at + 30) & 0xffff)
                    + (zip.getShort(at + 32) & 0xffff);
            if (next > end) {
                throw damaged("its directory ends early");
            }
            Entry entry = entry(zip, at, nameLength, reserved, (int) start);
            if (entry.name().isEmpty()) {
                at = next;
                continue;
            }
            if (!seen.add(entry.name().toLowerCase(Locale.ROOT))) {
                throw refused(entry.name(), "the name stands in the archive twice");
            }
            total += entry.size();
            if (total > bounds.totalBytes()) {
                throw new PayloadException("the archive unpacks to more than the " + bounds.totalBytes()
                        + " bytes that are free; raise secure_size or send less");
            }
            entries.add(entry);
            at = next;
        }
        if (at != end) {
            throw damaged("its directory has bytes that belong to no entry");
        }
        requireDisjoint(entries);
        requireTree(entries);
        return new PayloadArchive(bytes, entries);
    }

    /** Entries that share compressed bytes are how a small archive unpacks to a huge one. */
    private static void requireDisjoint(List<Entry> entries) throws PayloadException {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingInt(Entry::offset));
        Entry previous = null;
        for (Entry entry : sorted) {
            if (previous != null && entry.offset() < previous.end()) {
                throw refused(entry.name(), "it shares its bytes with another entry");
            }
            previous = entry;
        }
    }

    /** What is a file cannot be a folder too. */
    private static void requireTree(List<Entry> entries) throws PayloadException {
        Set<String> files = new HashSet<>();
        for (Entry entry : entries) {
            if (!entry.directory()) {
                files.add(entry.name().toLowerCase(Locale.ROOT));
            }
        }
        for (Entry entry : entries) {
            String name = entry.name().toLowerCase(Locale.ROOT);
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                if (files.contains(name.substring(0, slash))) {
                    throw refused(entry.name(), "its folder is a file in the same archive");
                }
            }
        }
    }

    private static int endOfDirectory(ByteBuffer zip) throws PayloadException {
        // The end record may be followed by a comment of up to 65535 bytes whose length it states.
        for (int at = zip.limit() - END_SIZE; at >= Math.max(0, zip.limit() - END_SIZE - 0xffff); at--) {
            if (zip.getInt(at) == END_SIGNATURE && at + END_SIZE + (zip.getShort(at + 20) & 0xffff) == zip.limit()) {
                return at;
            }
        }
        throw damaged("it has no end record; it was cut off or is not a zip archive");
    }

    private static Entry entry(ByteBuffer zip, int at, int nameLength, Set<String> reserved, int directoryStart)
            throws PayloadException {
        byte[] rawName = new byte[nameLength];
        zip.get(at + CENTRAL_SIZE, rawName);
        String written = decodeName(rawName);
        String name = withoutHere(written);
        // "./", the folder itself, is an entry to look at and none to unpack.
        String problem = name.isEmpty() && written.endsWith("/") ? "" : PayloadNames.problem(name, reserved);
        if (!problem.isEmpty()) {
            throw refused(name, problem);
        }
        if ((zip.getShort(at + 8) & FLAG_ENCRYPTED) != 0) {
            throw refused(name, "it is encrypted with a password; the payload is already sealed, pack it plainly");
        }
        int method = zip.getShort(at + 10) & 0xffff;
        if (method != ZipEntry.STORED && method != ZipEntry.DEFLATED) {
            throw refused(name, "compression method " + method + "; only stored and deflated are read");
        }
        long compressed = zip.getInt(at + 20) & 0xffffffffL;
        long size = zip.getInt(at + 24) & 0xffffffffL;
        long local = zip.getInt(at + 42) & 0xffffffffL;
        int attributes = zip.getInt(at + 38);
        boolean unix = (zip.getShort(at + 4) & 0xff00) >> 8 == UNIX;
        int mode = unix ? attributes >>> 16 : 0;
        int type = mode & FILE_TYPE_MASK;
        boolean directory = written.endsWith("/");
        if (type != 0 && type != (directory ? DIRECTORY : REGULAR)) {
            throw refused(name, "it is a link, a device, or not what its name says");
        }
        if (directory && size != 0) {
            throw refused(name, "a folder with contents");
        }
        if (local + LOCAL_SIZE > directoryStart || zip.getInt((int) local) != LOCAL_SIGNATURE) {
            throw refused(name, "the directory points outside the archive");
        }
        int localName = zip.getShort((int) local + 26) & 0xffff;
        int localExtra = zip.getShort((int) local + 28) & 0xffff;
        long data = local + LOCAL_SIZE + localName + localExtra;
        if (data + compressed > directoryStart
                || localName != nameLength
                || (zip.getShort((int) local + 8) & 0xffff) != method
                || !sameBytes(zip, (int) local + LOCAL_SIZE, rawName)) {
            throw refused(name, "the archive describes it in two different ways");
        }
        if (method == ZipEntry.STORED && compressed != size) {
            throw refused(name, "its sizes contradict each other");
        }
        if (size > compressed * MAX_RATIO + RATIO_ALLOWANCE) {
            throw refused(
                    name, "it declares " + size + " bytes unpacked from " + compressed + ", which cannot be honest");
        }
        String clean = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        return new Entry(
                clean, directory, size, (mode & 0100) != 0, method, (int) compressed, (int) data, zip.getInt(at + 16));
    }

    /** Some archivers (bsdtar) begin every name with "./": the same place. */
    private static String withoutHere(String name) {
        int from = 0;
        while (name.startsWith("./", from)) {
            from += 2;
        }
        return name.substring(from);
    }

    private static String decodeName(byte[] rawName) throws PayloadException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(rawName))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new PayloadException(
                    "the archive has a file name that is not UTF-8 (\""
                            + printable(new String(rawName, StandardCharsets.ISO_8859_1))
                            + "\"); pack it with UTF-8 names",
                    e);
        }
    }

    private static boolean sameBytes(ByteBuffer zip, int at, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (zip.get(at + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** All entries, in the archive's order. */
    public List<Entry> entries() {
        return entries;
    }

    /**
     * Space the unpacked files and folders take on a file system that gives out whole blocks.
     *
     * @param blockSize bytes of a block, at least 1
     */
    public long unpackedSpace(int blockSize) {
        long total = 0;
        for (Entry entry : entries) {
            total += (entry.size() + blockSize - 1) / blockSize * blockSize;
        }
        return total;
    }

    /** Takes the pieces of a file as they are unpacked. */
    @FunctionalInterface
    public interface Sink {
        /** Receives the next bytes of the file. */
        void write(byte[] buffer, int offset, int length) throws IOException;
    }

    /**
     * Unpacks one file.
     *
     * @throws PayloadException if the contents are not what the directory declares
     * @throws IOException from the sink
     */
    public void unpack(Entry entry, Sink sink) throws PayloadException, IOException {
        CRC32 crc = new CRC32();
        if (entry.method() == ZipEntry.STORED) {
            crc.update(bytes, entry.offset(), entry.compressed());
            sink.write(bytes, entry.offset(), entry.compressed());
        } else {
            inflate(entry, sink, crc);
        }
        if ((int) crc.getValue() != entry.crc()) {
            throw refused(entry.name(), "its checksum does not match; the archive is damaged");
        }
    }

    private void inflate(Entry entry, Sink sink, CRC32 crc) throws PayloadException, IOException {
        Inflater inflater = new Inflater(true);
        byte[] buffer = new byte[8192];
        try {
            inflater.setInput(bytes, entry.offset(), entry.compressed());
            long produced = 0;
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw refused(entry.name(), "its contents end early; the archive is damaged");
                }
                produced += count;
                if (produced > entry.size()) {
                    throw refused(entry.name(), "it unpacks to more than the archive declares");
                }
                crc.update(buffer, 0, count);
                sink.write(buffer, 0, count);
            }
            if (produced != entry.size()) {
                throw refused(entry.name(), "it unpacks to less than the archive declares");
            }
        } catch (DataFormatException e) {
            throw new PayloadException("the entry \"" + printable(entry.name()) + "\" is damaged", e);
        } finally {
            inflater.end();
            Arrays.fill(buffer, (byte) 0);
        }
    }

    private static PayloadException damaged(String why) {
        return new PayloadException("the payload starts as a zip archive but cannot be read: " + why);
    }

    private static PayloadException refused(String name, String why) {
        return new PayloadException("the archive's entry \"" + printable(name) + "\" is refused: " + why);
    }

    private static String printable(String name) {
        String bounded = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return bounded.replaceAll("[^\\x20-\\x7e…]", "?");
    }

    /**
     * A file to be packed.
     *
     * @param name path with {@code /} between segments
     * @param content its bytes, owned by this object
     */
    public record Source(String name, SecretBytes content) implements AutoCloseable {
        @Override
        public void close() {
            content.close();
        }
    }

    /**
     * Packs files without compression, as Keylime's tenant does, in the order given, with a fixed time stamp so that equal
     * contents give equal archives.
     *
     * @throws PayloadException if a name is refused or stands there twice
     */
    public static SecretBytes pack(List<Source> sources, Set<String> reserved) throws PayloadException {
        Set<String> seen = new HashSet<>();
        long expected = END_SIZE;
        for (Source source : sources) {
            String problem = PayloadNames.problem(source.name(), reserved);
            if (!problem.isEmpty()) {
                throw refused(source.name(), problem);
            }
            if (!seen.add(source.name().toLowerCase(Locale.ROOT))) {
                throw refused(source.name(), "two files would have this name");
            }
            expected += source.content().length()
                    + LOCAL_SIZE
                    + CENTRAL_SIZE
                    + 8L * source.name().length();
        }
        if (expected > Integer.MAX_VALUE - 8) {
            throw new PayloadException("a payload of " + expected + " bytes is larger than any machine takes");
        }
        ClearedBuffer out = new ClearedBuffer((int) expected);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Source source : sources) {
                add(zip, source);
            }
            zip.finish();
            byte[] packed = out.toByteArray();
            markOwnerOnly(packed);
            return SecretBytes.adopt(packed);
        } catch (IOException | IllegalArgumentException e) {
            throw new PayloadException("cannot pack the payload: " + e.getMessage(), e);
        } finally {
            out.clear();
        }
    }

    /** Every entry is a Unix file of mode 0600, as Keylime's tenant writes them: for some agents that is the mode on disk. */
    private static void markOwnerOnly(byte[] packed) {
        ByteBuffer zip = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        int end = packed.length - END_SIZE;
        int at = zip.getInt(end + 16);
        while (at < end) {
            zip.put(at + 5, (byte) UNIX);
            zip.putInt(at + 38, (REGULAR | 0600) << 16);
            at += CENTRAL_SIZE
                    + (zip.getShort(at + 28) & 0xffff)
                    + (zip.getShort(at + 30) & 0xffff)
                    + (zip.getShort(at + 32) & 0xffff);
        }
    }

    private static void add(ZipOutputStream zip, Source source) throws IOException {
        CRC32 crc = new CRC32();
        source.content().use(crc::update);
        ZipEntry entry = new ZipEntry(source.name());
        entry.setSize(source.content().length());
        entry.setCompressedSize(source.content().length());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(PACKED_AT);
        zip.putNextEntry(entry);
        source.content().use(bytes -> {
            try {
                zip.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        zip.closeEntry();
    }

    /** A buffer whose bytes can be overwritten when they are no longer needed. */
    private static final class ClearedBuffer extends ByteArrayOutputStream {
        ClearedBuffer(int size) {
            super(size);
        }

        void clear() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}

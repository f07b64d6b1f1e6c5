package io.limelight.core.policy.create;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Digests of files as the header of an RPM package (format 3 and 4) states them; the files themselves are not unpacked and the
 * package's own signatures are not checked: who may be believed is said by the repository's signature.
 *
 * <pre>
 *   lead           96 bytes, begins ED AB EE DB
 *   signature      header structure, padded to a multiple of 8
 *   header         header structure
 *   payload        compressed cpio, not read
 *
 *   header structure: 8E AD E8 01, 4 reserved, count n, length l (big endian)
 *                     n times: tag, type, offset into the store, count
 *                     store of l bytes
 * </pre>
 *
 * <p>RPM v4 package format (rpm.org, "Package format"); tags as in {@code rpmtag.h}: BASENAMES 1117, DIRNAMES 1118, DIRINDEXES 1116,
 * FILEDIGESTS 1035, FILEDIGESTALGO 5011 (numbers of OpenPGP, RFC 9580 §9.5; absent: MD5).
 */
public final class RpmPackage {
    private static final int LEAD = 96;
    private static final int LEAD_MAGIC = 0xedabeedb;
    private static final int HEADER_MAGIC = 0x8eade801;
    private static final int INDEX_ENTRY = 16;
    /** Limits of rpm itself: 64 Ki entries and 256 MiB; ours are smaller, the largest header of Fedora has 12 MiB. */
    private static final int MAX_INDEX = 65_536;

    private static final int MAX_STORE = 64 << 20;

    private static final int TAG_DIGESTS = 1035;
    private static final int TAG_DIRECTORY_INDEXES = 1116;
    private static final int TAG_BASE_NAMES = 1117;
    private static final int TAG_DIRECTORIES = 1118;
    private static final int TAG_DIGEST_ALGORITHM = 5011;

    private static final int TYPE_INT32 = 4;
    private static final int TYPE_STRING_ARRAY = 8;

    private static final Map<Integer, HashAlgorithm> ALGORITHMS =
            Map.of(2, HashAlgorithm.SHA1, 8, HashAlgorithm.SHA256, 9, HashAlgorithm.SHA384, 10, HashAlgorithm.SHA512);

    private final Map<Integer, Entry> index = new HashMap<>();
    private final ByteBuffer store;

    private record Entry(int type, int offset, int count) {}

    private RpmPackage(ByteBuffer entries, ByteBuffer store) {
        this.store = store;
        while (entries.hasRemaining()) {
            index.put(entries.getInt(), new Entry(entries.getInt(), entries.getInt(), entries.getInt()));
        }
    }

    /**
     * Reads the header.
     *
     * @param in the package from its first byte; not closed
     * @throws IOException whose message fits after "it is no RPM package:"
     */
    public static PackageContents read(InputStream in) throws IOException {
        try {
            byte[] lead = exactly(in, LEAD);
            if (ByteBuffer.wrap(lead).getInt() != LEAD_MAGIC) {
                throw new IOException("it does not begin as one");
            }
            int signature = header(in).store.capacity();
            in.skipNBytes((8 - signature % 8) % 8);
            return header(in).contents();
        } catch (EOFException e) {
            throw new IOException("it is cut short", e);
        }
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException();
        }
        return bytes;
    }

    private static RpmPackage header(InputStream in) throws IOException {
        ByteBuffer intro = ByteBuffer.wrap(exactly(in, 16));
        if (intro.getInt() != HEADER_MAGIC) {
            throw new IOException("a header does not begin as one");
        }
        intro.getInt();
        int entries = intro.getInt();
        int length = intro.getInt();
        if (entries < 0 || entries > MAX_INDEX || length < 0 || length > MAX_STORE) {
            throw new IOException("a header says that it has " + Integer.toUnsignedString(entries) + " entries and "
                    + Integer.toUnsignedString(length) + " bytes, which is more than is read");
        }
        ByteBuffer index = ByteBuffer.wrap(exactly(in, entries * INDEX_ENTRY));
        return new RpmPackage(index, ByteBuffer.wrap(exactly(in, length)));
    }

    private PackageContents contents() throws IOException {
        List<Optional<String>> digests = texts(TAG_DIGESTS);
        List<Optional<String>> names = texts(TAG_BASE_NAMES);
        List<Optional<String>> directories = texts(TAG_DIRECTORIES);
        int[] places = numbers(TAG_DIRECTORY_INDEXES);
        if (digests.isEmpty()) {
            return new PackageContents(new DigestTable(), List.of());
        }
        if (digests.size() != names.size() || places.length != names.size()) {
            throw new IOException("it has " + names.size() + " files, " + digests.size() + " digests and "
                    + places.length + " places");
        }
        int[] number = numbers(TAG_DIGEST_ALGORITHM);
        HashAlgorithm algorithm = number.length == 0 ? null : ALGORITHMS.get(number[0]);
        if (algorithm == null) {
            return new PackageContents(
                    new DigestTable(),
                    List.of("its digests are of "
                            + (number.length == 0 || number[0] == 1 ? "MD5" : "algorithm " + number[0])
                            + ", which no runtime policy may hold; all of its " + names.size()
                            + " files are left out"));
        }
        DigestTable table = new DigestTable();
        int unnameable = 0;
        int damaged = 0;
        for (int i = 0; i < names.size(); i++) {
            Optional<String> digest = digests.get(i);
            if (digest.isEmpty()
                    || digest.get().isEmpty()
                    || digest.get().chars().allMatch(c -> c == '0')) {
                // Folders, links and ghosts have none.
                continue;
            }
            if (places[i] < 0 || places[i] >= directories.size()) {
                throw new IOException("a file is in folder " + places[i] + " of " + directories.size());
            }
            Optional<String> directory = directories.get(places[i]);
            if (directory.isEmpty() || names.get(i).isEmpty()) {
                unnameable++;
            } else if (digest.get().length() != 2 * algorithm.digestSize() || !hex(digest.get())) {
                damaged++;
            } else {
                table.add((directory.get() + names.get(i).get()).replace(' ', '_'), digest.get());
            }
        }
        List<String> left = new ArrayList<>();
        if (unnameable > 0) {
            left.add(unnameable + " files have names that are no UTF-8 and are left out");
        }
        if (damaged > 0) {
            left.add(damaged + " digests are none of " + algorithm.wireName() + " and are left out");
        }
        return new PackageContents(table, left);
    }

    private static boolean hex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /** Strings of a tag, each ended by a NUL; those that are no UTF-8 are empty. None if it is absent. */
    private List<Optional<String>> texts(int tag) throws IOException {
        Entry entry = index.get(tag);
        if (entry == null) {
            return List.of();
        }
        // Every string has at least its NUL.
        requireInside(tag, entry, TYPE_STRING_ARRAY, 1);
        List<Optional<String>> texts = new ArrayList<>(entry.count());
        int position = entry.offset();
        for (int i = 0; i < entry.count(); i++) {
            int end = position;
            while (end < store.capacity() && store.get(end) != 0) {
                end++;
            }
            if (end == store.capacity()) {
                throw new IOException("a text of tag " + tag + " has no end");
            }
            texts.add(text(store.slice(position, end - position)));
            position = end + 1;
        }
        return texts;
    }

    private static Optional<String> text(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private int[] numbers(int tag) throws IOException {
        Entry entry = index.get(tag);
        if (entry == null) {
            return new int[0];
        }
        requireInside(tag, entry, TYPE_INT32, Integer.BYTES);
        int[] numbers = new int[entry.count()];
        store.slice(entry.offset(), entry.count() * Integer.BYTES).asIntBuffer().get(numbers);
        return numbers;
    }

    private void requireInside(int tag, Entry entry, int type, int size) throws IOException {
        if (entry.type() != type) {
            throw new IOException("tag " + tag + " is of type " + entry.type() + " instead of " + type);
        }
        if (entry.offset() < 0
                || entry.count() < 0
                || entry.offset() > store.capacity()
                || entry.count() > (store.capacity() - entry.offset()) / size) {
            throw new IOException("tag " + tag + " lies outside of its header");
        }
    }
}

package io.limelight.core.policy.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Names to sets of digests, made for a hundred thousand of them: no object per name or digest, looked up by bytes.
 *
 * <p>Names lie one after another in one array, digests in another; an entry is a few offsets, and a table of entry numbers, open
 * addressing, at most half full, finds it by the hash of its name. 100,000 paths of 60 characters with a SHA-256 digest each
 * take about 12 MiB; as strings in maps they take six times that. A lookup touches the table, the entry's numbers, its name and
 * its digests, and allocates nothing.
 *
 * <p>The names looked up are chosen by a machine that may be hostile, so the hash has a seed: whoever does not know the policy to
 * the byte cannot aim at full stretches of the table.
 *
 * <p>A digest is kept by its number of hex digits (the schema allows odd ones, which equal nothing a kernel prints) and its
 * bytes; a text that is no lower-case hex is kept as text, to be shown, and equals nothing.
 */
public final class DigestIndex {
    /** Without names. */
    public static final DigestIndex EMPTY = new Builder(0).build();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final byte[] names;
    private final byte[] digests;
    /** For entry i: [3i] its name's offset, [3i+1] its digests' offset, [3i+2] 32 bits of hash; one more pair as an end. */
    private final int[] entries;

    private final int[] table;
    private final int size;
    private final int digestCount;

    private DigestIndex(
            long seed, byte[] names, byte[] digests, int[] entries, int[] table, int size, int digestCount) {
        this.seed = seed;
        this.names = names;
        this.digests = digests;
        this.entries = entries;
        this.table = table;
        this.size = size;
        this.digestCount = digestCount;
    }

    /** How many names. */
    public int size() {
        return size;
    }

    /** How many digests, all names together. */
    public int digestCount() {
        return digestCount;
    }

    /** The entry of the name in these bytes, −1 if there is none. */
    public int find(byte[] bytes, int from, int to) {
        int hash = hash(seed, bytes, from, to);
        int mask = table.length - 1;
        for (int slot = hash & mask; table[slot] != 0; slot = (slot + 1) & mask) {
            int entry = table[slot] - 1;
            if (entries[3 * entry + 2] == hash
                    && Arrays.equals(bytes, from, to, names, entries[3 * entry], entries[3 * entry + 3])) {
                return entry;
            }
        }
        return -1;
    }

    /** The entry of a name, −1 if there is none. */
    public int find(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return find(bytes, 0, bytes.length);
    }

    /** Whether an entry holds this digest. */
    public boolean allows(int entry, byte[] digest, int length) {
        int at = entries[3 * entry + 1];
        int end = entries[3 * entry + 4];
        while (at < end) {
            int digits = digests[at] & 0xff;
            if (digits == 0) {
                at += 3 + textLength(at);
                continue;
            }
            int bytes = (digits + 1) / 2;
            if (digits == 2 * length && Arrays.equals(digests, at + 1, at + 1 + bytes, digest, 0, length)) {
                return true;
            }
            at += 1 + bytes;
        }
        return false;
    }

    private int textLength(int at) {
        return (digests[at + 1] & 0xff) << 8 | (digests[at + 2] & 0xff);
    }

    /** The name of an entry. */
    public String name(int entry) {
        int from = entries[3 * entry];
        return new String(names, from, entries[3 * entry + 3] - from, StandardCharsets.UTF_8);
    }

    /** The digests of an entry as they were written. */
    public List<String> digests(int entry) {
        List<String> list = new ArrayList<>();
        int at = entries[3 * entry + 1];
        int end = entries[3 * entry + 4];
        while (at < end) {
            int digits = digests[at] & 0xff;
            if (digits == 0) {
                int length = textLength(at);
                list.add(new String(digests, at + 3, length, StandardCharsets.UTF_8));
                at += 3 + length;
            } else {
                int bytes = (digits + 1) / 2;
                list.add(HexFormat.of()
                        .formatHex(digests, at + 1, at + 1 + bytes)
                        .substring(0, digits));
                at += 1 + bytes;
            }
        }
        return list;
    }

    /** All entries in the order they were written. */
    public void forEach(BiConsumer<String, List<String>> action) {
        for (int entry = 0; entry < size; entry++) {
            action.accept(name(entry), digests(entry));
        }
    }

    private static int hash(long seed, byte[] bytes, int from, int to) {
        long hash = seed ^ (to - from);
        int at = from;
        for (; at <= to - 8; at += 8) {
            hash = mix(hash ^ (long) LONGS.get(bytes, at));
        }
        long rest = 0;
        for (; at < to; at++) {
            rest = rest << 8 | (bytes[at] & 0xff);
        }
        hash = mix(hash ^ rest);
        return (int) (hash ^ hash >>> 32);
    }

    private static long mix(long value) {
        long product = value * MULTIPLIER;
        return product ^ Math.unsignedMultiplyHigh(value, MULTIPLIER) ^ product >>> 29;
    }

    /** Collects entries in order. Not for use by several threads. */
    static final class Builder {
        private static final int MAX_TEXT = 0xffff;

        private final long seed;
        private byte[] names = new byte[1024];
        private int namesEnd;
        private byte[] digests = new byte[1024];
        private int digestsEnd;
        private int[] entries = new int[3 * 64];
        private int[] table = new int[256];
        private int size;
        private int digestCount;

        Builder(long seed) {
            this.seed = seed;
        }

        int size() {
            return size;
        }

        int digestCount() {
            return digestCount;
        }

        /** Begins an entry; false if there is one of that name. */
        boolean name(byte[] name) {
            int hash = hash(seed, name, 0, name.length);
            int mask = table.length - 1;
            int slot = hash & mask;
            for (; table[slot] != 0; slot = (slot + 1) & mask) {
                int entry = table[slot] - 1;
                if (entries[3 * entry + 2] == hash
                        && Arrays.equals(name, 0, name.length, names, entries[3 * entry], end(entry))) {
                    return false;
                }
            }
            if (3 * size + 6 > entries.length) {
                entries = Arrays.copyOf(entries, 2 * entries.length);
            }
            entries[3 * size] = namesEnd;
            entries[3 * size + 1] = digestsEnd;
            entries[3 * size + 2] = hash;
            names = room(names, namesEnd, name.length);
            System.arraycopy(name, 0, names, namesEnd, name.length);
            namesEnd += name.length;
            table[slot] = ++size;
            if (2 * size > table.length) {
                grow();
            }
            return true;
        }

        private int end(int entry) {
            return entry == size - 1 ? namesEnd : entries[3 * entry + 3];
        }

        private void grow() {
            int[] larger = new int[2 * table.length];
            int mask = larger.length - 1;
            for (int entry = 0; entry < size; entry++) {
                int slot = entries[3 * entry + 2] & mask;
                while (larger[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                larger[slot] = entry + 1;
            }
            table = larger;
        }

        /** Adds so many lower-case hex digits to the entry begun last. */
        void digest(char[] hex, int from, int digits) {
            int bytes = (digits + 1) / 2;
            digests = room(digests, digestsEnd, 1 + bytes);
            digests[digestsEnd++] = (byte) digits;
            for (int i = 0; i < bytes; i++) {
                int high = Character.digit(hex[from + 2 * i], 16);
                int low = 2 * i + 1 < digits ? Character.digit(hex[from + 2 * i + 1], 16) : 0;
                digests[digestsEnd++] = (byte) (high << 4 | low);
            }
            digestCount++;
        }

        /** Adds what is no digest, to be shown and equal to nothing. */
        void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int length = Math.min(bytes.length, MAX_TEXT);
            digests = room(digests, digestsEnd, 3 + length);
            digests[digestsEnd++] = 0;
            digests[digestsEnd++] = (byte) (length >> 8);
            digests[digestsEnd++] = (byte) length;
            System.arraycopy(bytes, 0, digests, digestsEnd, length);
            digestsEnd += length;
            digestCount++;
        }

        private static byte[] room(byte[] array, int used, int more) {
            int needed = Math.addExact(used, more);
            return needed <= array.length
                    ? array
                    : Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * array.length)));
        }

        DigestIndex build() {
            int[] all = Arrays.copyOf(entries, 3 * size + 2);
            all[3 * size] = namesEnd;
            all[3 * size + 1] = digestsEnd;
            return new DigestIndex(
                    seed,
                    Arrays.copyOf(names, namesEnd),
                    Arrays.copyOf(digests, digestsEnd),
                    all,
                    table,
                    size,
                    digestCount);
        }
    }
}

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
 * <p>All entries lie one after another in one array, each with its name and right behind it its digests; a table of places, open
 * addressing, at most half full, finds an entry by the hash of its name, of which the table itself holds 32 bits. So a look-up
 * waits for memory twice, once for the table and once for the entry, and allocates nothing. 100,000 paths of 60 characters with
 * a SHA-256 digest each take about 12 MiB; as strings in maps they take six times that.
 *
 * <pre>
 *   entry:  length of name (4) | length of digests (4) | name | digests
 *   digest: number of hex digits (1, 40 to 128) | bytes         or, of what is no lower-case hex,
 *           0 (1) | length (2) | text
 * </pre>
 *
 * <p>The names looked up are chosen by a machine that may be hostile, so the hash has a seed: whoever does not know the policy to
 * the byte cannot aim at full stretches of the table.
 *
 * <p>The schema allows odd numbers of digits, which equal nothing a kernel prints; a text that is no digest is kept to be shown
 * and equals nothing.
 */
public final class DigestIndex {
    /** Without names. */
    public static final DigestIndex EMPTY = new Builder(0).build();

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;
    private static final int HEADER = 8;

    private final long seed;
    private final byte[] entries;
    /** 0, or in the upper half the hash of a name and in the lower half the place of its entry plus 1. */
    private final long[] table;

    private final int size;
    private final int digestCount;

    private DigestIndex(long seed, byte[] entries, long[] table, int size, int digestCount) {
        this.seed = seed;
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
        return find(entries, table, hash(seed, bytes, from, to), bytes, from, to);
    }

    private static int find(byte[] entries, long[] table, int hash, byte[] bytes, int from, int to) {
        int mask = table.length - 1;
        for (int slot = hash & mask; table[slot] != 0; slot = (slot + 1) & mask) {
            long held = table[slot];
            int entry = (int) held - 1;
            if ((int) (held >>> 32) == hash
                    && (int) INTS.get(entries, entry) == to - from
                    && Arrays.equals(bytes, from, to, entries, entry + HEADER, entry + HEADER + to - from)) {
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

    private int digestsOf(int entry) {
        return entry + HEADER + (int) INTS.get(entries, entry);
    }

    private int endOf(int entry) {
        return digestsOf(entry) + (int) INTS.get(entries, entry + 4);
    }

    /** Whether an entry holds this digest. */
    public boolean allows(int entry, byte[] digest, int length) {
        int at = digestsOf(entry);
        int end = endOf(entry);
        while (at < end) {
            int digits = entries[at] & 0xff;
            if (digits == 0) {
                at += 3 + textLength(at);
                continue;
            }
            int bytes = (digits + 1) / 2;
            if (digits == 2 * length && Arrays.equals(entries, at + 1, at + 1 + bytes, digest, 0, length)) {
                return true;
            }
            at += 1 + bytes;
        }
        return false;
    }

    private int textLength(int at) {
        return (entries[at + 1] & 0xff) << 8 | (entries[at + 2] & 0xff);
    }

    /** Whether a digest of an entry begins with these lower-case hex digits. */
    public boolean anyBegins(int entry, String digits) {
        int at = digestsOf(entry);
        int end = endOf(entry);
        while (at < end) {
            int length = entries[at] & 0xff;
            if (length == 0) {
                at += 3 + textLength(at);
                continue;
            }
            if (begins(at + 1, length, digits)) {
                return true;
            }
            at += 1 + (length + 1) / 2;
        }
        return false;
    }

    private boolean begins(int at, int length, String digits) {
        if (digits.length() > length) {
            return false;
        }
        for (int i = 0; i < digits.length(); i++) {
            int pair = entries[at + i / 2];
            int digit = i % 2 == 0 ? pair >> 4 & 0xf : pair & 0xf;
            if (Character.forDigit(digit, 16) != digits.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The name of an entry. */
    public String name(int entry) {
        return new String(entries, entry + HEADER, (int) INTS.get(entries, entry), StandardCharsets.UTF_8);
    }

    /** The digests of an entry as they were written. */
    public List<String> digests(int entry) {
        List<String> list = new ArrayList<>();
        int at = digestsOf(entry);
        int end = endOf(entry);
        while (at < end) {
            int digits = entries[at] & 0xff;
            if (digits == 0) {
                int length = textLength(at);
                list.add(new String(entries, at + 3, length, StandardCharsets.UTF_8));
                at += 3 + length;
            } else {
                int bytes = (digits + 1) / 2;
                list.add(HexFormat.of()
                        .formatHex(entries, at + 1, at + 1 + bytes)
                        .substring(0, digits));
                at += 1 + bytes;
            }
        }
        return list;
    }

    /** All entries in the order they were written. */
    public void forEach(BiConsumer<String, List<String>> action) {
        for (int entry = 0; entry < entries.length; entry = endOf(entry)) {
            action.accept(name(entry), digests(entry));
        }
    }

    /** The entries of all names, in the order they were written. */
    public int[] entries() {
        int[] all = new int[size];
        int count = 0;
        for (int entry = 0; entry < entries.length; entry = endOf(entry)) {
            all[count++] = entry;
        }
        return all;
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

    /**
     * Both halves of the 128-bit product: in the lower half a bit reaches only those above it, and names that differ near the
     * end of a word, as numbered files do, would share their places.
     */
    private static long mix(long value) {
        return value * MULTIPLIER ^ Math.unsignedMultiplyHigh(value, MULTIPLIER);
    }

    /** The longest row of taken places, which is the most that a look-up walks. */
    int longestRow() {
        int longest = 0;
        int row = 0;
        for (int i = 0; i < 2 * table.length; i++) {
            row = table[i & table.length - 1] == 0 ? 0 : row + 1;
            longest = Math.max(longest, Math.min(row, table.length));
        }
        return longest;
    }

    /** A look-ahead into this index. */
    public LookAhead lookAhead() {
        return new LookAhead();
    }

    /**
     * Fetches what the next look-ups will need.
     *
     * <p>A large index does not fit into a processor's caches, so each look-up waits for memory twice, longer than its line is
     * hashed. Loads that do not depend on each other wait together: touched in a row, the places of many names cost little more
     * than those of one. Nothing is decided here. Not for use by several threads.
     */
    public final class LookAhead {
        /** So many names can be added before they are fetched. */
        public static final int CAPACITY = 32;

        private final int[] hashes = new int[CAPACITY];
        private final long[] held = new long[CAPACITY];
        private int count;
        private int touched;

        private LookAhead() {}

        /** Adds a name that will be looked up; at most {@link #CAPACITY} before they are fetched. */
        public void add(byte[] bytes, int from, int to) {
            hashes[count++] = hash(seed, bytes, from, to);
        }

        /** Fetches the places of all names added, and forgets them. */
        public void fetch() {
            int mask = table.length - 1;
            for (int i = 0; i < count; i++) {
                held[i] = table[hashes[i] & mask];
            }
            int last = entries.length - 1;
            int sum = 0;
            for (int i = 0; i < count; i++) {
                int slot = hashes[i] & mask;
                long here = held[i];
                while (here != 0 && (int) (here >>> 32) != hashes[i]) {
                    slot = (slot + 1) & mask;
                    here = table[slot];
                }
                int entry = (int) here - 1;
                if (entry >= 0) {
                    // An entry with name and digest spans two or three lines of the cache.
                    sum += entries[entry] + entries[Math.min(entry + 56, last)] + entries[Math.min(entry + 112, last)];
                }
            }
            // Only so that the loads have a purpose.
            touched += sum;
            count = 0;
        }

        /** Of no meaning; read by nobody. */
        int touched() {
            return touched;
        }
    }

    /** Collects entries in order. Not for use by several threads. */
    static final class Builder {
        private static final int MAX_TEXT = 0xffff;

        private final long seed;
        private byte[] entries = new byte[1024];
        private int end;
        private int current;
        private long[] table = new long[256];
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
            if (find(entries, table, hash, name, 0, name.length) >= 0) {
                return false;
            }
            current = end;
            room(HEADER + name.length);
            INTS.set(entries, current, name.length);
            INTS.set(entries, current + 4, 0);
            System.arraycopy(name, 0, entries, current + HEADER, name.length);
            end += HEADER + name.length;
            size++;
            if (2 * size > table.length) {
                grow();
            }
            insert(table, (long) hash << 32 | (current + 1));
            return true;
        }

        private static void insert(long[] table, long value) {
            int mask = table.length - 1;
            int slot = (int) (value >>> 32) & mask;
            while (table[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            table[slot] = value;
        }

        private void grow() {
            long[] larger = new long[2 * table.length];
            for (long value : table) {
                if (value != 0) {
                    insert(larger, value);
                }
            }
            table = larger;
        }

        /** Adds so many lower-case hex digits to the entry begun last. */
        void digest(char[] hex, int from, int digits) {
            int bytes = (digits + 1) / 2;
            room(1 + bytes);
            entries[end++] = (byte) digits;
            for (int i = 0; i < bytes; i++) {
                int high = Character.digit(hex[from + 2 * i], 16);
                int low = 2 * i + 1 < digits ? Character.digit(hex[from + 2 * i + 1], 16) : 0;
                entries[end++] = (byte) (high << 4 | low);
            }
            added(1 + bytes);
        }

        /** Adds what is no digest, to be shown and equal to nothing. */
        void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int length = Math.min(bytes.length, MAX_TEXT);
            room(3 + length);
            entries[end++] = 0;
            entries[end++] = (byte) (length >> 8);
            entries[end++] = (byte) length;
            System.arraycopy(bytes, 0, entries, end, length);
            end += length;
            added(3 + length);
        }

        private void added(int bytes) {
            INTS.set(entries, current + 4, (int) INTS.get(entries, current + 4) + bytes);
            digestCount++;
        }

        private void room(int more) {
            int needed = Math.addExact(end, more);
            if (needed > entries.length) {
                entries = Arrays.copyOf(
                        entries, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * entries.length)));
            }
        }

        DigestIndex build() {
            return new DigestIndex(seed, Arrays.copyOf(entries, end), table, size, digestCount);
        }
    }
}

package io.limelight.core.tpm;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * An immutable run of bytes, possibly a window into a larger array that nobody changes any more.
 *
 * <p>The parsers of this package cut a structure into such windows instead of copying each field. Public factories
 * copy, so an instance handed out can be shared between threads and kept. Not for secrets: it cannot be erased.
 */
public final class Octets {
    /** The empty run. */
    public static final Octets EMPTY = new Octets(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Octets(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /** A copy of {@code bytes}. */
    public static Octets copyOf(byte[] bytes) {
        return new Octets(bytes.clone(), 0, bytes.length);
    }

    /** The bytes that {@code hex} (either case, even length) spells; throws IllegalArgumentException otherwise. */
    public static Octets ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    /** Takes the array as it is: only for arrays that were made here and are not written again. */
    static Octets wrap(byte[] bytes) {
        return new Octets(bytes, 0, bytes.length);
    }

    /** {@code count} bytes from {@code from}, sharing the array; IndexOutOfBoundsException if they are not all there. */
    public Octets window(int from, int count) {
        if (from < 0 || count < 0 || from > length - count) {
            throw new IndexOutOfBoundsException("window " + from + "+" + count + " of " + length);
        }
        return new Octets(array, offset + from, count);
    }

    /** Number of bytes. */
    public int length() {
        return length;
    }

    /** The byte at {@code index} as 0..255. */
    public int unsignedAt(int index) {
        return array[offset + java.util.Objects.checkIndex(index, length)] & 0xff;
    }

    /** A fresh copy. */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** Feeds the bytes to a digest without copying them. */
    public void addTo(MessageDigest digest) {
        digest.update(array, offset, length);
    }

    /** True if these are exactly the bytes of {@code other}; takes the same time wherever they differ. */
    public boolean contentEquals(byte[] other) {
        if (other.length != length) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= array[offset + i] ^ other[i];
        }
        return difference == 0;
    }

    /** Lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(array, offset, offset + length);
    }

    /** Standard base64 with padding. */
    public String base64() {
        return Base64.getEncoder().encodeToString(isWhole() ? array : toByteArray());
    }

    byte[] array() {
        return array;
    }

    int offset() {
        return offset;
    }

    /** The bytes without a copy where the window is the whole array: for callees that only read. */
    byte[] readOnlyArray() {
        return isWhole() ? array : toByteArray();
    }

    private boolean isWhole() {
        return offset == 0 && length == array.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that
                && Arrays.equals(array, offset, offset + length, that.array, that.offset, that.offset + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return hex();
    }
}

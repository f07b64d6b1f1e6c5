package io.limelight.core.secret;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Bytes that must not be seen: a key, a share, a password. The array is owned by this object, lent only for the length
 * of a call, never printed, and overwritten with zeros on {@link #close()}.
 *
 * <p>A moving garbage collector may leave an old copy behind until the page is reused; what this class gives is that no
 * copy is made by <em>our</em> code and that the lifetime has an end one can see.
 */
public final class SecretBytes implements AutoCloseable {
    private final byte[] bytes;
    private boolean closed;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A holder with its own copy; the caller still has to clear what it passed. */
    public static SecretBytes copyOf(byte[] bytes) {
        return new SecretBytes(bytes.clone());
    }

    /** A holder that takes over the array itself; the caller must forget it. */
    public static SecretBytes adopt(byte[] bytes) {
        return new SecretBytes(bytes);
    }

    /** Fresh random bytes. */
    public static SecretBytes random(int length, SecureRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new SecretBytes(bytes);
    }

    /** Number of bytes; known even after closing. */
    public int length() {
        return bytes.length;
    }

    /**
     * Lends the bytes to the action.
     *
     * @throws IllegalStateException if already closed
     */
    public synchronized void use(Consumer<byte[]> action) {
        ensureOpen();
        action.accept(bytes);
    }

    /**
     * Lends the bytes to the function and returns its result, which must not hold on to them.
     *
     * @throws IllegalStateException if already closed
     */
    public synchronized <T> T apply(Function<byte[], T> function) {
        ensureOpen();
        return function.apply(bytes);
    }

    /** Compares in a time that depends on the lengths only. */
    public boolean constantTimeEquals(SecretBytes other) {
        return apply(mine -> other.apply(theirs -> MessageDigest.isEqual(mine, theirs)));
    }

    /** A second holder with the same bytes and its own lifetime. */
    public SecretBytes copy() {
        return apply(SecretBytes::copyOf);
    }

    /** Overwrites the bytes; harmless when repeated. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    /** Says only how long the secret is. */
    @Override
    public String toString() {
        return "SecretBytes[" + bytes.length + " bytes]";
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("this secret was already cleared");
        }
    }
}

package io.limelight.core.ima;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for a byte eight bytes at a time. */
public final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private ByteSearch() {}

    /** The first place of {@code wanted} in {@code [from, to)}, −1 if it is not there. */
    public static int indexOf(byte[] bytes, int from, int to, byte wanted) {
        long pattern = ONES * (wanted & 0xff);
        int at = from;
        for (; at <= to - 8; at += 8) {
            // The lowest byte that equals becomes 0, and the subtraction borrows into its highest bit (a well-known
            // trick;
            // bytes above it may be marked wrongly, the lowest never).
            long differs = (long) LONGS.get(bytes, at) ^ pattern;
            long equal = (differs - ONES) & ~differs & HIGHS;
            if (equal != 0) {
                return at + (Long.numberOfTrailingZeros(equal) >>> 3);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }
}

package io.limelight.verifier.state;

import io.limelight.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Numbers of rows as bytes: the difference of each to the one before, in sevens of bits, the sign in the lowest. Machines of one
 * kind have the same rows in nearly the same order, so nearly all differences are small.
 */
final class RowNumbers {
    private RowNumbers() {}

    static byte[] encode(long[] numbers, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream((to - from) * 2);
        long before = 0;
        for (int i = from; i < to; i++) {
            long difference = numbers[i] - before;
            before = numbers[i];
            long rest = (difference << 1) ^ (difference >> 63);
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
        return out.toByteArray();
    }

    static long[] decode(byte[] bytes) {
        long[] numbers = new long[bytes.length];
        int count = 0;
        long before = 0;
        int at = 0;
        while (at < bytes.length) {
            long rest = 0;
            int shift = 0;
            int next;
            do {
                if (at == bytes.length || shift > 63) {
                    throw new StoreException("a stored measurement list is damaged");
                }
                next = bytes[at++];
                rest |= (next & 0x7fL) << shift;
                shift += 7;
            } while (next < 0);
            before += (rest >>> 1) ^ -(rest & 1);
            numbers[count++] = before;
        }
        return Arrays.copyOf(numbers, count);
    }
}

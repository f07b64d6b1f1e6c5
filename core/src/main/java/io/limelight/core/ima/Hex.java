package io.limelight.core.ima;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decodes hexadecimal of either case between arrays, eight digits at a time. */
final class Hex {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;

    private Hex() {}

    /** How many bytes were decoded, −1 if the text is no hexadecimal or longer than {@code atMost} bytes. */
    static int decode(byte[] text, int from, int to, byte[] target, int at, int atMost) {
        int length = (to - from) / 2;
        if (((to - from) & 1) != 0 || length > atMost) {
            return -1;
        }
        long bad = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            long digits = (long) LONGS.get(text, from + 2 * i);
            // '0' to '9' have their value in the low four bits, letters nine less, and bit 6 is set in letters alone.
            long values = (digits & (0x0f * ONES)) + 9 * ((digits >>> 6) & ONES);
            long letters = ((values + 6 * ONES) >>> 4) & ONES;
            // Written as digits again they must be what they were, but for the case of letters; and none is above 15.
            bad |= (values + 0x30 * ONES + 0x27 * letters) ^ (digits | (letters << 5));
            bad |= values & ~(0x0f * ONES);
            long pairs = ((values << 4) | (values >>> 8)) & 0x00ff00ff00ff00ffL;
            pairs = (pairs | (pairs >>> 8)) & 0x0000ffff0000ffffL;
            INTS.set(target, at + i, (int) (pairs | (pairs >>> 16)));
        }
        for (; i < length; i++) {
            int high = Character.digit(text[from + 2 * i], 16);
            int low = Character.digit(text[from + 2 * i + 1], 16);
            bad |= high < 0 || low < 0 ? 1 : 0;
            target[at + i] = (byte) (high << 4 | low);
        }
        return bad == 0 ? length : -1;
    }
}

package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;

/**
 * Bounded little-endian cursor over the log or over the data of one event. Nothing is allocated from a length before that
 * length was compared with what is there.
 */
final class LogReader {
    private final Octets data;
    private final int base;
    private final int event;
    private int position;

    /**
     * @param data what is read
     * @param base where {@code data} starts in the log, for messages
     * @param event number of the event, for messages
     */
    LogReader(Octets data, int base, int event) {
        this.data = data;
        this.base = base;
        this.event = event;
    }

    int remaining() {
        return data.length() - position;
    }

    int position() {
        return position;
    }

    int u8(String field) throws BootLogException {
        need(1, field);
        return data.unsignedAt(position++);
    }

    int u16(String field) throws BootLogException {
        need(2, field);
        int value = data.unsignedAt(position) | data.unsignedAt(position + 1) << 8;
        position += 2;
        return value;
    }

    long u32(String field) throws BootLogException {
        need(4, field);
        return little(4);
    }

    /** All 64 bits: negative for 2^63 and more. */
    long u64(String field) throws BootLogException {
        need(8, field);
        return little(8);
    }

    private long little(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) data.unsignedAt(position++) << (8 * i);
        }
        return value;
    }

    Guid guid(String field) throws BootLogException {
        return Guid.of(bytes(16, field));
    }

    /** {@code count} as it was read from somewhere: compared unsigned with what is left. */
    Octets bytes(long count, String field) throws BootLogException {
        need(count, field);
        Octets window = data.window(position, (int) count);
        position += (int) count;
        return window;
    }

    Octets rest() {
        Octets window = data.window(position, remaining());
        position = data.length();
        return window;
    }

    BootLogException fail(String problem) {
        return new BootLogException(event, base + position, problem);
    }

    private void need(long count, String field) throws BootLogException {
        if (Long.compareUnsigned(count, remaining()) > 0) {
            throw fail("ends inside " + field + ": " + Long.toUnsignedString(count) + " bytes needed, " + remaining()
                    + " left");
        }
    }
}

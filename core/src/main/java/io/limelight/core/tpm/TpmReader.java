package io.limelight.core.tpm;

/**
 * Bounded big-endian cursor over one TPM structure. Every read says which field it is for, so that a failure names
 * the field and its offset; nothing is allocated from a length before that length was compared with what is there.
 */
final class TpmReader {
    private final String structure;
    private final Octets data;
    private int position;

    TpmReader(String structure, Octets data, int maximum) throws TpmFormatException {
        this.structure = structure;
        this.data = data;
        if (data.length() > maximum) {
            throw fail("is " + data.length() + " bytes long, more than the " + maximum + " it can have");
        }
    }

    int position() {
        return position;
    }

    int remaining() {
        return data.length() - position;
    }

    int u8(String field) throws TpmFormatException {
        need(1, field);
        return data.unsignedAt(position++);
    }

    int u16(String field) throws TpmFormatException {
        need(2, field);
        int value = data.unsignedAt(position) << 8 | data.unsignedAt(position + 1);
        position += 2;
        return value;
    }

    long u32(String field) throws TpmFormatException {
        need(4, field);
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | data.unsignedAt(position++);
        }
        return value;
    }

    long u64(String field) throws TpmFormatException {
        need(8, field);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | data.unsignedAt(position++);
        }
        return value;
    }

    int u16LittleEndian(String field) throws TpmFormatException {
        need(2, field);
        int value = data.unsignedAt(position) | data.unsignedAt(position + 1) << 8;
        position += 2;
        return value;
    }

    long u32LittleEndian(String field) throws TpmFormatException {
        need(4, field);
        long value = 0;
        for (int i = 0; i < 4; i++) {
            value |= (long) data.unsignedAt(position++) << (8 * i);
        }
        return value;
    }

    Octets bytes(int count, String field) throws TpmFormatException {
        need(count, field);
        Octets window = data.window(position, count);
        position += count;
        return window;
    }

    /** A TPM2B: 16-bit size, then that many bytes. */
    Octets sized(int maximum, String field) throws TpmFormatException {
        int size = u16(field);
        if (size > maximum) {
            throw failAt(position - 2, field + " says " + size + " bytes, more than the " + maximum + " allowed");
        }
        return bytes(size, field);
    }

    void skip(int count, String field) throws TpmFormatException {
        need(count, field);
        position += count;
    }

    void end() throws TpmFormatException {
        if (remaining() != 0) {
            throw fail(remaining() + " bytes follow the end of the structure");
        }
    }

    TpmFormatException fail(String problem) {
        return failAt(position, problem);
    }

    TpmFormatException failAt(int offset, String problem) {
        return new TpmFormatException(structure, offset, problem);
    }

    private void need(int count, String field) throws TpmFormatException {
        if (remaining() < count) {
            throw fail("ends inside " + field + ": " + count + " bytes needed, " + remaining() + " left");
        }
    }
}

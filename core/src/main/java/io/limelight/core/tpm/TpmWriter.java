package io.limelight.core.tpm;

import java.io.ByteArrayOutputStream;

/** Builds TPM structures: big-endian integers, sized buffers. */
final class TpmWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    TpmWriter u8(int value) {
        out.write(value);
        return this;
    }

    TpmWriter u16(int value) {
        out.write(value >>> 8);
        out.write(value);
        return this;
    }

    TpmWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    TpmWriter u64(long value) {
        return u32(value >>> 32).u32(value);
    }

    TpmWriter bytes(byte[] value) {
        out.write(value, 0, value.length);
        return this;
    }

    TpmWriter bytes(Octets value) {
        out.write(value.array(), value.offset(), value.length());
        return this;
    }

    /** A TPM2B: 16-bit size, then the bytes. */
    TpmWriter sized(byte[] value) {
        if (value.length > 0xffff) {
            throw new IllegalArgumentException("a TPM2B holds at most 65535 bytes, not " + value.length);
        }
        return u16(value.length).bytes(value);
    }

    TpmWriter sized(Octets value) {
        return u16(value.length()).bytes(value);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}

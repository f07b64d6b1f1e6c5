package io.limelight.verifier.state;

import java.nio.ByteBuffer;

/** What a row of a measurement list is known by: the first 16 bytes of its SHA-256. */
public record RowHash(long high, long low) {
    /** Of a SHA-256. */
    public static RowHash of(byte[] sha256) {
        ByteBuffer bytes = ByteBuffer.wrap(sha256);
        return new RowHash(bytes.getLong(), bytes.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }
}

package io.limelight.cli.sandbox;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Whole TPM commands and responses on a stream: a header of 10 bytes whose bytes 2–5 hold the length (Part 1 §18). */
final class TpmCommand {
    private static final int HEADER = 10;
    private static final int MAX = 16 * 1024;
    private static final short ST_SESSIONS = (short) 0x8002;
    private static final int CC_PCR_EXTEND = 0x00000182;
    private static final int RS_PW = 0x40000009;

    private TpmCommand() {}

    /** Reads one whole message; null at an orderly end before its first byte. */
    static @org.jspecify.annotations.Nullable ByteBuffer read(SocketChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        while (header.hasRemaining()) {
            if (channel.read(header) < 0) {
                if (header.position() == 0) {
                    return null;
                }
                throw new EOFException("a TPM message ended inside its header");
            }
        }
        int length = header.getInt(2);
        if (length < HEADER || length > MAX) {
            throw new IOException("a TPM message states the length " + length);
        }
        ByteBuffer message = ByteBuffer.allocate(length).put(header.flip());
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new EOFException("a TPM message ended early");
            }
        }
        return message.flip();
    }

    static void write(SocketChannel channel, ByteBuffer message) throws IOException {
        while (message.hasRemaining()) {
            channel.write(message);
        }
    }

    /** TPM2_PCR_Extend with an empty password (Part 3 §22.2). */
    static ByteBuffer extend(int pcr, HashAlgorithm bank, byte[] digest) {
        int length = HEADER + 4 + 4 + 9 + 4 + 2 + digest.length;
        return ByteBuffer.allocate(length)
                .putShort(ST_SESSIONS)
                .putInt(length)
                .putInt(CC_PCR_EXTEND)
                .putInt(pcr)
                .putInt(9)
                .putInt(RS_PW)
                .putShort((short) 0)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(1)
                .putShort((short) bank.tpmId())
                .put(digest)
                .flip();
    }

    /** The response code of a response. */
    static int responseCode(ByteBuffer response) {
        return response.getInt(6);
    }
}

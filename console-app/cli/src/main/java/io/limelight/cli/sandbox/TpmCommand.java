package io.limelight.cli.sandbox;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whole TPM commands and responses on a stream: a header of 10 bytes whose bytes 2–5 hold the length (Part 1 §18). */
final class TpmCommand {
    private static final int HEADER = 10;
    private static final int MAX = 16 * 1024;
    private static final short ST_NO_SESSIONS = (short) 0x8001;
    private static final short ST_SESSIONS = (short) 0x8002;
    private static final int CC_GET_CAPABILITY = 0x0000017a;
    private static final int CC_PCR_READ = 0x0000017e;
    private static final int CC_PCR_EXTEND = 0x00000182;
    private static final int RS_PW = 0x40000009;
    private static final int CAP_PCRS = 5;
    private static final int PCR_BYTES = 3;

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

    /** TPM2_PCR_Extend with an empty password (Part 3 §22.2): all banks at once, or none. */
    static ByteBuffer extend(int pcr, Map<HashAlgorithm, byte[]> digests) {
        int length = HEADER + 4 + 4 + 9 + 4;
        for (byte[] digest : digests.values()) {
            length += 2 + digest.length;
        }
        ByteBuffer command = header(ST_SESSIONS, length, CC_PCR_EXTEND)
                .putInt(pcr)
                .putInt(9)
                .putInt(RS_PW)
                .putShort((short) 0)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(digests.size());
        digests.forEach((bank, digest) -> command.putShort((short) bank.tpmId()).put(digest));
        return command.flip();
    }

    private static ByteBuffer header(short tag, int length, int code) {
        return ByteBuffer.allocate(length).putShort(tag).putInt(length).putInt(code);
    }

    /** TPM2_GetCapability: which PCRs each bank has (Part 3 §30.2). */
    static ByteBuffer askBanks() {
        return header(ST_NO_SESSIONS, HEADER + 12, CC_GET_CAPABILITY)
                .putInt(CAP_PCRS)
                .putInt(0)
                .putInt(1)
                .flip();
    }

    /**
     * The banks with this PCR, of the answer to {@link #askBanks}; without those whose hash we cannot compute.
     *
     * @throws IOException if it is no such answer
     */
    static List<HashAlgorithm> banks(ByteBuffer response, int pcr) throws IOException {
        try {
            // moreData, capability
            ByteBuffer in = response.duplicate().position(HEADER + 1 + 4);
            List<HashAlgorithm> banks = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                int hash = Short.toUnsignedInt(in.getShort());
                byte[] select = bytes(in, Byte.toUnsignedInt(in.get()));
                if (pcr / 8 < select.length && (select[pcr / 8] >>> pcr % 8 & 1) == 1) {
                    HashAlgorithm.fromTpmId(hash)
                            .filter(HashAlgorithm::computable)
                            .ifPresent(banks::add);
                }
            }
            return banks;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("the TPM's answer about its PCR banks ends early", e);
        }
    }

    /** TPM2_PCR_Read of one PCR (Part 3 §22.4). */
    static ByteBuffer read(int pcr, HashAlgorithm bank) {
        byte[] select = new byte[PCR_BYTES];
        select[pcr / 8] = (byte) (1 << pcr % 8);
        return header(ST_NO_SESSIONS, HEADER + 4 + 2 + 1 + PCR_BYTES, CC_PCR_READ)
                .putInt(1)
                .putShort((short) bank.tpmId())
                .put((byte) PCR_BYTES)
                .put(select)
                .flip();
    }

    /**
     * The value in the answer to {@link #read(int, HashAlgorithm)}.
     *
     * @throws IOException if it holds none of this bank's length
     */
    static byte[] value(ByteBuffer response, HashAlgorithm bank) throws IOException {
        try {
            // updateCounter; a list with one selection; a list with one digest
            ByteBuffer in = response.duplicate().position(HEADER + 4);
            if (in.getInt() != 1) {
                throw new IOException("the TPM reads PCRs of other banks than asked");
            }
            in.getShort();
            bytes(in, Byte.toUnsignedInt(in.get()));
            if (in.getInt() != 1) {
                throw new IOException("the TPM has no such PCR in its " + bank.wireName() + " bank");
            }
            byte[] value = bytes(in, Short.toUnsignedInt(in.getShort()));
            if (value.length != bank.digestSize()) {
                throw new IOException("a PCR of the " + bank.wireName() + " bank has " + value.length + " bytes");
            }
            return value;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("the TPM's answer with a PCR ends early", e);
        }
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    /** The response code of a response. */
    static int responseCode(ByteBuffer response) {
        return response.getInt(6);
    }
}

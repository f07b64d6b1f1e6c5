package io.limelight.core.policy.create;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;

/**
 * LZ4 as kernels and their tools write it ({@code lz4 -l}): blocks of a length, little-endian, and that many bytes, which unpack to
 * at most 8 MiB. Starts after the magic number.
 */
final class LegacyLz4Stream extends InputStream {
    static final int MAGIC = 0x184c2102;
    private static final int BLOCK = 8 * 1024 * 1024;
    private static final int MAX_PACKED = BLOCK + BLOCK / 255 + 16;

    private final InputStream in;
    private InputStream block = InputStream.nullInputStream();

    LegacyLz4Stream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = block.read(target, from, length);
        while (read < 0) {
            if (!nextBlock()) {
                return -1;
            }
            read = block.read(target, from, length);
        }
        return read;
    }

    private boolean nextBlock() throws IOException {
        byte[] length = in.readNBytes(4);
        if (length.length < 4) {
            return false;
        }
        int packed = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (packed == 0) {
            return false;
        }
        if (packed == MAGIC) {
            return nextBlock();
        }
        if (packed < 0 || packed > MAX_PACKED) {
            throw new IOException("a block of its lz4 data is said to have " + (packed & 0xffffffffL) + " bytes");
        }
        byte[] bytes = in.readNBytes(packed);
        if (bytes.length < packed) {
            throw new EOFException("it ends inside a block of its lz4 data");
        }
        block = new BlockLZ4CompressorInputStream(new ByteArrayInputStream(bytes));
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package io.limelight.core.ima;

import io.limelight.core.tpm.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * An entry of template {@code ima-ng} to be written, for whoever stands in for a kernel: sandboxes, load programs, tests.
 *
 * @param path as the list prints it; a blank is an underscore there
 * @param algorithm of the file's digest
 * @param digest of the file; not copied
 */
// Bytes that are only read.
@SuppressWarnings("ArrayRecordComponent")
public record MeasuredFile(String path, HashAlgorithm algorithm, byte[] digest) {
    private static final int PCR = 10;

    /**
     * What is hashed into PCR 10, per bank: two fields, each after its length (32 bits, little-endian): the algorithm's name
     * with the digest, and the path (kernel, ima_template_lib.c; wire reference §11.6).
     */
    public byte[] templateData() {
        byte[] name = (algorithm.wireName() + ":\0").getBytes(StandardCharsets.UTF_8);
        byte[] file = (path + "\0").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + name.length + digest.length + file.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(name.length + digest.length)
                .put(name)
                .put(digest)
                .putInt(file.length)
                .put(file)
                .array();
    }

    /** Its line of the list with a line feed; the column of the template's hash is SHA-1, as kernels have it. */
    public String line() {
        return PCR + " " + HexFormat.of().formatHex(HashAlgorithm.SHA1.digest(templateData())) + " ima-ng "
                + algorithm.wireName() + ":" + HexFormat.of().formatHex(digest) + " " + path + "\n";
    }

    /**
     * PCR 10 after this entry.
     *
     * @param bank which one
     * @param before its value
     */
    public byte[] extend(HashAlgorithm bank, byte[] before) {
        byte[] hash = bank.digest(templateData());
        return bank.digest(ByteBuffer.allocate(before.length + hash.length)
                .put(before)
                .put(hash)
                .array());
    }

    /** Path and digest. */
    @Override
    public String toString() {
        return "MeasuredFile[" + path + ", " + HexFormat.of().formatHex(digest) + "]";
    }
}

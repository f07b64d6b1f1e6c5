package io.limelight.core.tpm;

import java.util.ArrayList;
import java.util.List;

/**
 * TPML_DIGEST (TPM 2.0 Part 2 §10.9.5) in its marshalled, big-endian form.
 *
 * @param digests at most eight, each at most 64 bytes
 */
public record DigestList(List<Octets> digests) {
    /** A TPM returns at most eight digests in one list. */
    public static final int MAX = 8;

    /** The longest digest a TPM has. */
    static final int MAX_DIGEST = 64;

    /** Copies the list and checks the bounds. */
    public DigestList {
        digests = List.copyOf(digests);
        if (digests.size() > MAX || digests.stream().anyMatch(d -> d.length() > MAX_DIGEST)) {
            throw new IllegalArgumentException("a TPML_DIGEST holds at most 8 digests of at most 64 bytes");
        }
    }

    /** Parses a whole structure. */
    public static DigestList parse(byte[] bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("TPML_DIGEST", Octets.copyOf(bytes), 4 + MAX * (2 + MAX_DIGEST));
        long count = in.u32("count");
        if (count > MAX) {
            throw in.failAt(0, "count is " + count + ", more than " + MAX);
        }
        List<Octets> digests = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            digests.add(in.sized(MAX_DIGEST, "digest " + i));
        }
        in.end();
        return new DigestList(digests);
    }

    /** The structure's bytes. */
    public byte[] encode() {
        TpmWriter out = new TpmWriter().u32(digests.size());
        digests.forEach(out::sized);
        return out.toByteArray();
    }
}

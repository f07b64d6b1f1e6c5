package io.limelight.core.tpm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * TPML_PCR_SELECTION (TPM 2.0 Part 2 §10.9.7): per bank the selected PCRs, in the order given.
 *
 * @param banks the entries; unknown hash identifiers are kept as numbers
 */
public record PcrSelection(List<Bank> banks) {
    /** As many entries as a TPM implementation can have banks (the C structures of the TSS have 16 places). */
    static final int MAX_BANKS = 16;

    /** Bitmap bytes of an entry: PCRs 0..23. TPMs of PCs have no others and accept no fewer bytes. */
    private static final int SELECT_SIZE = 3;

    /**
     * TPMS_PCR_SELECTION.
     *
     * @param hashId TPM_ALG_ID of the bank
     * @param mask the selected PCRs, 0..23
     */
    public record Bank(int hashId, PcrMask mask) {
        /** Checks the range. */
        public Bank {
            if (!mask.existing()) {
                throw new IllegalArgumentException("no bank has the PCRs " + mask);
            }
        }

        /** The bank's algorithm, if it is a known one. */
        public Optional<HashAlgorithm> algorithm() {
            return HashAlgorithm.fromTpmId(hashId);
        }
    }

    /** Copies the list. */
    public PcrSelection {
        banks = List.copyOf(banks);
    }

    /** A selection of one bank. */
    public static PcrSelection of(HashAlgorithm bank, PcrMask mask) {
        return new PcrSelection(List.of(new Bank(bank.tpmId(), mask)));
    }

    static PcrSelection read(TpmReader in) throws TpmFormatException {
        long count = in.u32("pcrSelect.count");
        if (count > MAX_BANKS) {
            throw in.failAt(in.position() - 4, "pcrSelect.count is " + count + ", more than " + MAX_BANKS + " banks");
        }
        List<Bank> banks = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            int hashId = in.u16("pcrSelect.hash");
            int size = in.u8("pcrSelect.sizeofSelect");
            if (size != SELECT_SIZE) {
                throw in.failAt(in.position() - 1, "pcrSelect.sizeofSelect is " + size + ", not " + SELECT_SIZE);
            }
            int bits = 0;
            for (int b = 0; b < SELECT_SIZE; b++) {
                bits |= in.u8("pcrSelect.bitmap") << (8 * b);
            }
            banks.add(new Bank(hashId, new PcrMask(bits)));
        }
        return new PcrSelection(banks);
    }

    void write(TpmWriter out) {
        out.u32(banks.size());
        for (Bank bank : banks) {
            out.u16(bank.hashId()).u8(SELECT_SIZE);
            for (int b = 0; b < SELECT_SIZE; b++) {
                out.u8(bank.mask().bits() >>> (8 * b) & 0xff);
            }
        }
    }

    /** Parses a whole structure. */
    public static PcrSelection parse(byte[] bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("TPML_PCR_SELECTION", Octets.copyOf(bytes), 4 + MAX_BANKS * (3 + SELECT_SIZE));
        PcrSelection selection = read(in);
        in.end();
        return selection;
    }

    /** The structure's bytes. */
    public byte[] encode() {
        TpmWriter out = new TpmWriter();
        write(out);
        return out.toByteArray();
    }
}

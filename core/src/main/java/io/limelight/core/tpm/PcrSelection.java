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

    /**
     * TPMS_PCR_SELECTION.
     *
     * @param hashId TPM_ALG_ID of the bank
     * @param mask the selected PCRs
     */
    public record Bank(int hashId, PcrMask mask) {
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
            if (size > 4) {
                throw in.failAt(in.position() - 1, "pcrSelect.sizeofSelect is " + size + ", more than 4");
            }
            int bits = 0;
            for (int b = 0; b < size; b++) {
                bits |= in.u8("pcrSelect.bitmap") << (8 * b);
            }
            banks.add(new Bank(hashId, new PcrMask(bits)));
        }
        return new PcrSelection(banks);
    }

    void write(TpmWriter out) {
        out.u32(banks.size());
        for (Bank bank : banks) {
            int bits = bank.mask().bits();
            out.u16(bank.hashId());
            int size = bank.mask().existing() ? 3 : 4;
            out.u8(size);
            for (int b = 0; b < size; b++) {
                out.u8(bits >>> (8 * b) & 0xff);
            }
        }
    }

    /** Parses a whole structure. */
    public static PcrSelection parse(byte[] bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("TPML_PCR_SELECTION", Octets.copyOf(bytes), 4 + MAX_BANKS * 7);
        PcrSelection selection = read(in);
        in.end();
        return selection;
    }

    /** The structure's bytes; three bitmap bytes per bank. */
    public byte[] encode() {
        TpmWriter out = new TpmWriter();
        write(out);
        return out.toByteArray();
    }
}

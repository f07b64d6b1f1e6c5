package io.limelight.core.tpm;

import java.util.ArrayList;
import java.util.List;

/**
 * The PCR values beside a quote, in the form tpm2-tools' {@code tpm2_quote -F serialized} writes them.
 *
 * <p>It is a memory image of C structures and therefore little-endian, unlike everything else in a quote:
 *
 * <pre>
 *   0            u32      number of selections in use, always 1 here
 *   4            16 × 8   TPMS_PCR_SELECTION { u16 hash, u8 sizeofSelect, u8[4] bitmap, u8 padding }
 *   132          u32      number L of digest lists
 *   136          L × 532  TPML_DIGEST { u32 count, 8 × { u16 size, u8[64] } }
 * </pre>
 *
 * <p>The values stand in ascending PCR order over consecutive lists. A digest of size 0 is an unused place, whatever
 * the list's count says, and bytes behind a digest's size or in padding are whatever was in memory: both are ignored.
 * All else is checked: one selection, one bank, as many values as selected PCRs, each as long as the bank's digest,
 * nothing left over. Nothing in here is signed; only {@link QuoteVerifier} gives it meaning.
 *
 * @param values the bank and its values
 */
public record PcrBlob(PcrValues values) {
    static final int PLACES = 16;
    static final int HEADER_SIZE = 4 + PLACES * 8 + 4;
    static final int LIST_SIZE = 4 + DigestList.MAX * (2 + DigestList.MAX_DIGEST);

    /** A TPM may return one PCR at a time, so 24 lists are possible. */
    static final int MAX_LISTS = PcrMask.COUNT;

    /** The longest blob there can be. */
    public static final int MAX_SIZE = HEADER_SIZE + MAX_LISTS * LIST_SIZE;

    /** Parses a whole blob. */
    public static PcrBlob parse(Octets bytes) throws TpmFormatException {
        TpmReader in = new TpmReader("PCR blob", bytes, MAX_SIZE);
        long count = in.u32LittleEndian("count");
        if (count != 1) {
            throw in.failAt(0, "count is " + count + ": exactly one bank must be selected");
        }
        int hashId = in.u16LittleEndian("selection.hash");
        int size = in.u8("selection.sizeofSelect");
        if (size != 3) {
            throw in.failAt(6, "selection.sizeofSelect is " + size + ", not 3");
        }
        PcrMask mask = new PcrMask(in.u8("bitmap") | in.u8("bitmap") << 8 | in.u8("bitmap") << 16);
        in.skip(2, "padding");
        for (int i = 1; i < PLACES; i++) {
            int at = in.position();
            in.skip(2, "unused selection");
            int unusedSize = in.u8("unused selection");
            boolean selects = in.u8("unused selection") + in.u8("unused selection") + in.u8("unused selection") != 0;
            in.skip(2, "unused selection");
            if (unusedSize != 0 && unusedSize != 3) {
                throw in.failAt(at + 2, "sizeofSelect is " + unusedSize + ", neither 0 nor 3");
            }
            if (unusedSize == 3 && selects) {
                throw in.failAt(at, "a second bank is selected: exactly one must be");
            }
        }
        HashAlgorithm bank = HashAlgorithm.fromTpmId(hashId)
                .orElseThrow(() -> in.failAt(4, String.format("hash 0x%04x is unknown", hashId)));
        return new PcrBlob(PcrValues.inOrder(bank, mask, readValues(in, bank, mask)));
    }

    private static Octets[] readValues(TpmReader in, HashAlgorithm bank, PcrMask mask) throws TpmFormatException {
        long lists = in.u32LittleEndian("number of lists");
        if (lists > MAX_LISTS || in.remaining() != lists * LIST_SIZE) {
            throw in.failAt(
                    HEADER_SIZE - 4,
                    lists + " digest lists of " + LIST_SIZE + " bytes are announced, " + in.remaining()
                            + " bytes follow");
        }
        Octets[] values = new Octets[mask.size()];
        int next = 0;
        for (int list = 0; list < lists; list++) {
            in.skip(4, "digest list");
            for (int place = 0; place < DigestList.MAX; place++) {
                int at = in.position();
                int size = in.u16LittleEndian("digest");
                Octets buffer = in.bytes(DigestList.MAX_DIGEST, "digest");
                if (size == 0) {
                    continue;
                }
                if (size != bank.digestSize()) {
                    throw in.failAt(
                            at, "a digest of " + size + " bytes is not one of the " + bank.wireName() + " bank");
                }
                if (next == values.length) {
                    throw in.failAt(at, "more than the " + values.length + " values of the selected PCRs");
                }
                values[next++] = buffer.window(0, size);
            }
        }
        if (next != values.length) {
            throw in.fail(next + " values for " + values.length + " selected PCRs");
        }
        in.end();
        return values;
    }

    /** The blob's bytes: full lists of eight, at least one list. */
    public byte[] encode() {
        List<Octets> digests = new ArrayList<>();
        values.mask().pcrs().forEach(pcr -> values.value(pcr).ifPresent(digests::add));
        int lists = Math.max(1, (digests.size() + DigestList.MAX - 1) / DigestList.MAX);
        byte[] out = new byte[HEADER_SIZE + lists * LIST_SIZE];
        putInt(out, 0, 1);
        putShort(out, 4, values.bank().tpmId());
        out[6] = 3;
        putInt(out, 7, values.mask().bits());
        putInt(out, HEADER_SIZE - 4, lists);
        for (int list = 0; list < lists; list++) {
            int at = HEADER_SIZE + list * LIST_SIZE;
            int count = Math.min(DigestList.MAX, digests.size() - list * DigestList.MAX);
            putInt(out, at, count);
            for (int place = 0; place < count; place++) {
                Octets digest = digests.get(list * DigestList.MAX + place);
                int placeAt = at + 4 + place * (2 + DigestList.MAX_DIGEST);
                putShort(out, placeAt, digest.length());
                System.arraycopy(digest.array(), digest.offset(), out, placeAt + 2, digest.length());
            }
        }
        return out;
    }

    private static void putShort(byte[] out, int at, int value) {
        out[at] = (byte) value;
        out[at + 1] = (byte) (value >>> 8);
    }

    private static void putInt(byte[] out, int at, int value) {
        putShort(out, at, value);
        putShort(out, at + 2, value >>> 16);
    }
}

package io.limelight.core.tpm;

import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** PCR values of one bank: PCR number to digest, immutable. */
public final class PcrValues {
    private final HashAlgorithm bank;
    private final PcrMask mask;
    private final @Nullable Octets[] values;

    private PcrValues(HashAlgorithm bank, PcrMask mask, @Nullable Octets[] values) {
        this.bank = bank;
        this.mask = mask;
        this.values = values;
    }

    /**
     * @param bank the bank; its digest size is the length of every value
     * @param values PCR number 0..23 to digest; throws IllegalArgumentException on anything else
     */
    public static PcrValues of(HashAlgorithm bank, Map<Integer, Octets> values) {
        @Nullable Octets[] slots = new @Nullable Octets[PcrMask.COUNT];
        PcrMask mask = PcrMask.NONE;
        for (Map.Entry<Integer, Octets> entry : values.entrySet()) {
            int pcr = entry.getKey();
            if (pcr < 0 || pcr >= PcrMask.COUNT) {
                throw new IllegalArgumentException("there is no PCR " + pcr);
            }
            if (entry.getValue().length() != bank.digestSize()) {
                throw new IllegalArgumentException(
                        "PCR " + pcr + " has " + entry.getValue().length() + " bytes, not " + bank.digestSize()
                                + " as the " + bank.wireName() + " bank");
            }
            slots[pcr] = entry.getValue();
            mask = mask.with(pcr);
        }
        return new PcrValues(bank, mask, slots);
    }

    /** {@code values} in ascending PCR order, one for each PCR of {@code mask}, each of the right size. */
    static PcrValues inOrder(HashAlgorithm bank, PcrMask mask, Octets[] values) {
        @Nullable Octets[] slots = new @Nullable Octets[PcrMask.COUNT];
        int next = 0;
        for (int pcr = 0; pcr < PcrMask.COUNT; pcr++) {
            if (mask.contains(pcr)) {
                slots[pcr] = values[next++];
            }
        }
        return new PcrValues(bank, mask, slots);
    }

    /** The bank all values belong to. */
    public HashAlgorithm bank() {
        return bank;
    }

    /** Which PCRs are present. */
    public PcrMask mask() {
        return mask;
    }

    /** The value of a PCR, empty if it is not present. */
    public Optional<Octets> value(int pcr) {
        return pcr < 0 || pcr >= values.length ? Optional.empty() : Optional.ofNullable(values[pcr]);
    }

    /** The value of a PCR as lower-case hex, empty if it is not present. */
    public Optional<String> hex(int pcr) {
        return value(pcr).map(Octets::hex);
    }

    /** Hash, by {@code algorithm}, of all values in ascending PCR order: what a quote signs. */
    public byte[] digest(HashAlgorithm algorithm) {
        MessageDigest digest = algorithm.newDigest();
        for (Octets value : values) {
            if (value != null) {
                value.addTo(digest);
            }
        }
        return digest.digest();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PcrValues that
                && bank == that.bank
                && mask.equals(that.mask)
                && java.util.Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * bank.hashCode() + java.util.Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return bank.wireName() + mask;
    }
}

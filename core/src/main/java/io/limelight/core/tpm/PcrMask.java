package io.limelight.core.tpm;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A set of PCR numbers as 32 bits, bit <i>n</i> for PCR <i>n</i>. Only 0..23 exist on a PC client TPM, but a mask may
 * name others: {@link #existing} tells.
 *
 * @param bits the set
 */
public record PcrMask(int bits) {
    /** No PCR. */
    public static final PcrMask NONE = new PcrMask(0);

    /** PCRs 0..23. */
    public static final int COUNT = 24;

    /** The set of the given PCR numbers, each 0..31. */
    public static PcrMask of(int... pcrs) {
        PcrMask mask = NONE;
        for (int pcr : pcrs) {
            mask = mask.with(pcr);
        }
        return mask;
    }

    /**
     * Reads hex text of at most 32 bits with an optional {@code 0x}, as in the {@code mask} of a quote request.
     *
     * @throws TpmFormatException if it is anything else
     */
    public static PcrMask parse(String text) throws TpmFormatException {
        String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
        int start = text.length() - digits.length();
        if (digits.isEmpty()) {
            throw new TpmFormatException("PCR mask", start, "no hex digit");
        }
        int significant = 0;
        int bits = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int value = c < 0x80 ? Character.digit(c, 16) : -1;
            if (value < 0) {
                throw new TpmFormatException("PCR mask", start + i, "not a hex digit");
            }
            if (value != 0 || significant > 0) {
                significant++;
            }
            if (significant > 8) {
                throw new TpmFormatException("PCR mask", start + i, "more than 32 bits");
            }
            bits = bits << 4 | value;
        }
        return new PcrMask(bits);
    }

    /** True if PCR {@code pcr} is in the set. */
    public boolean contains(int pcr) {
        return pcr >= 0 && pcr < 32 && (bits >>> pcr & 1) == 1;
    }

    /** True if every PCR of {@code other} is in this set. */
    public boolean containsAll(PcrMask other) {
        return (other.bits & ~bits) == 0;
    }

    /** This set and PCR {@code pcr}. */
    public PcrMask with(int pcr) {
        if (pcr < 0 || pcr > 31) {
            throw new IllegalArgumentException("PCR " + pcr + " does not fit a 32-bit mask");
        }
        return new PcrMask(bits | 1 << pcr);
    }

    /** Both sets. */
    public PcrMask union(PcrMask other) {
        return new PcrMask(bits | other.bits);
    }

    /** What is in this set and not in the other. */
    public PcrMask minus(PcrMask other) {
        return new PcrMask(bits & ~other.bits);
    }

    /** True if the set is empty. */
    public boolean isEmpty() {
        return bits == 0;
    }

    /** Number of PCRs in the set. */
    public int size() {
        return Integer.bitCount(bits);
    }

    /** True if all PCRs of the set exist (0..23). */
    public boolean existing() {
        return bits >>> COUNT == 0;
    }

    /** The PCR numbers, ascending. */
    public IntStream pcrs() {
        return IntStream.range(0, 32).filter(this::contains);
    }

    /** Lower-case hex with {@code 0x} and no padding: {@code 0x0}, {@code 0x408000}. */
    public String format() {
        return "0x" + Integer.toHexString(bits).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return format();
    }
}

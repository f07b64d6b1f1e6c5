package io.limelight.core.tpm;

/**
 * TPMS_CLOCK_INFO (TPM 2.0 Part 2 §10.11.1).
 *
 * @param clock milliseconds the TPM has been powered, an unsigned 64-bit number
 * @param resetCount TPM resets since the last clear, 0..2³²-1
 * @param restartCount restarts and resumes since the last reset, 0..2³²-1
 * @param safe false if a larger clock may have been reported before, as after a power loss
 */
public record ClockInfo(long clock, long resetCount, long restartCount, boolean safe) {
    /** The reference before the first quote: everything is later than this. */
    public static final ClockInfo BEGINNING = new ClockInfo(0, 0, 0, true);

    private static final long U32_MAX = 0xffff_ffffL;

    /** Checks the ranges. */
    public ClockInfo {
        if (resetCount < 0 || resetCount > U32_MAX || restartCount < 0 || restartCount > U32_MAX) {
            throw new IllegalArgumentException("reset and restart counts are unsigned 32-bit numbers");
        }
    }

    static ClockInfo read(TpmReader in) throws TpmFormatException {
        long clock = in.u64("clockInfo.clock");
        long resetCount = in.u32("clockInfo.resetCount");
        long restartCount = in.u32("clockInfo.restartCount");
        int safe = in.u8("clockInfo.safe");
        if (safe > 1) {
            throw in.failAt(in.position() - 1, "clockInfo.safe is " + safe + ", which is neither yes (1) nor no (0)");
        }
        return new ClockInfo(clock, resetCount, restartCount, safe == 1);
    }

    void write(TpmWriter out) {
        out.u64(clock).u32(resetCount).u32(restartCount).u8(safe ? 1 : 0);
    }

    /** True if this clock value is strictly later than {@code other}'s. */
    public boolean clockAfter(ClockInfo other) {
        return Long.compareUnsigned(clock, other.clock) > 0;
    }
}

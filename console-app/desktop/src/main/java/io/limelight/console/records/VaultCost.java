package io.limelight.console.records;

/**
 * What one try of a passphrase costs (Argon2id, RFC 9106 §4).
 *
 * @param memoryKib memory
 * @param iterations passes over it
 * @param parallelism lanes
 */
record VaultCost(int memoryKib, int iterations, int parallelism) {
    /** The second choice of RFC 9106 §4 for a computer that does other work too: 64 MiB, three passes, four lanes. */
    static final VaultCost USUAL = new VaultCost(64 * 1024, 3, 4);

    private static final int MOST_MEMORY = 512 * 1024;
    private static final int MOST_ITERATIONS = 20;
    private static final int MOST_LANES = 16;

    /** Whether a file that says so may be believed: one that was tampered with must not take all memory. */
    boolean bearable() {
        return memoryKib >= 8 * parallelism
                && memoryKib <= MOST_MEMORY
                && iterations >= 1
                && iterations <= MOST_ITERATIONS
                && parallelism >= 1
                && parallelism <= MOST_LANES;
    }
}

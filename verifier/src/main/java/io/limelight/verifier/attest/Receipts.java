package io.limelight.verifier.attest;

/**
 * Agents of ours say with each quote how many receipts for notices they have given. Somebody else fetches those that are new;
 * attestation only passes the number on.
 */
@FunctionalInterface
public interface Receipts {
    /** Nobody wants any. */
    Receipts NONE = _ -> _ -> {};

    /** One agent, for as long as a run of it lasts. */
    @FunctionalInterface
    interface Watch {
        /**
         * An answer shows this number. Returns at once.
         *
         * @param newest number of the agent's newest receipt, at least 1
         */
        void shown(long newest);
    }

    /**
     * For one run.
     *
     * @param agent number of the agent's row
     */
    Watch of(long agent);
}

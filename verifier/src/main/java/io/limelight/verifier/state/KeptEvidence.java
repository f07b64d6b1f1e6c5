package io.limelight.verifier.state;

import io.limelight.core.tpm.ClockInfo;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a machine's current boot, without the logs themselves.
 *
 * @param agent number of the agent
 * @param proof its last quote that was kept
 * @param imaEntries entries of its measurement list that are kept, from the first one on
 * @param imaCut whether the list went on and was not kept further
 * @param bootLog checksum of its boot log
 */
public record KeptEvidence(long agent, Proof proof, long imaEntries, boolean imaCut, Optional<String> bootLog) {
    /**
     * An authentic quote.
     *
     * @param verdict {@code passed} or {@code failed}
     * @param hashAlgorithm as the agent named it
     */
    public record Proof(
            Instant receivedAt, String verdict, String nonce, String quote, String hashAlgorithm, ClockInfo clock) {}
}

package io.limelight.core.appraisal;

import org.jspecify.annotations.Nullable;

/**
 * What the machine answered, as it came and not yet believed: null where a field was absent.
 *
 * <p>An IMA list may be in an answer that was not asked for one; it is judged only if there is something to judge it by.
 *
 * @param quote quote text
 * @param hashAlgorithm {@code hash_alg}
 * @param encryptionAlgorithm {@code enc_alg}
 * @param signingAlgorithm {@code sign_alg}
 * @param transportKey {@code pubkey}: PEM exactly as received
 * @param ima {@code ima_measurement_list} and {@code ima_measurement_list_entry}
 * @param bootLog {@code mb_measurement_list}: base64 of the boot log
 */
public record QuoteAnswer(
        @Nullable String quote,
        @Nullable String hashAlgorithm,
        @Nullable String encryptionAlgorithm,
        @Nullable String signingAlgorithm,
        @Nullable String transportKey,
        @Nullable ImaAnswer ima,
        @Nullable String bootLog) {
    /** Without logs. */
    public QuoteAnswer(
            @Nullable String quote,
            @Nullable String hashAlgorithm,
            @Nullable String encryptionAlgorithm,
            @Nullable String signingAlgorithm,
            @Nullable String transportKey) {
        this(quote, hashAlgorithm, encryptionAlgorithm, signingAlgorithm, transportKey, null, null);
    }
}

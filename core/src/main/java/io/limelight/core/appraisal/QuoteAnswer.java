package io.limelight.core.appraisal;

import org.jspecify.annotations.Nullable;

/**
 * What the machine answered, as it came and not yet believed: null where a field was absent.
 *
 * <p>An IMA list or boot log that was not asked for may be in an answer too; it is not part of this.
 *
 * @param quote quote text
 * @param hashAlgorithm {@code hash_alg}
 * @param encryptionAlgorithm {@code enc_alg}
 * @param signingAlgorithm {@code sign_alg}
 * @param transportKey {@code pubkey}: PEM exactly as received
 */
public record QuoteAnswer(
        @Nullable String quote,
        @Nullable String hashAlgorithm,
        @Nullable String encryptionAlgorithm,
        @Nullable String signingAlgorithm,
        @Nullable String transportKey) {}

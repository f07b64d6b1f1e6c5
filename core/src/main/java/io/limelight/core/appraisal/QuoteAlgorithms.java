package io.limelight.core.appraisal;

/**
 * The algorithm names of an answer, as the agent spelled them and after they were accepted.
 *
 * @param hash {@code hash_alg}
 * @param encryption {@code enc_alg}
 * @param signing {@code sign_alg}
 */
public record QuoteAlgorithms(String hash, String encryption, String signing) {}

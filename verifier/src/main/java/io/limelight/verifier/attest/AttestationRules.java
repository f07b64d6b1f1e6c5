package io.limelight.verifier.attest;

import io.limelight.core.failure.SeverityPolicy;

/**
 * What is the same for all agents.
 *
 * @param retries when communication fails
 * @param severities when an attestation fails
 */
public record AttestationRules(RetryRule retries, SeverityPolicy severities) {}

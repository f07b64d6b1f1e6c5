package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;

/**
 * One digest of an event.
 *
 * @param algorithm its bank
 * @param value as many bytes as the bank has
 */
public record EventDigest(HashAlgorithm algorithm, Octets value) {}

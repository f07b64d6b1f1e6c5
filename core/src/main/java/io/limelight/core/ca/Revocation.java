package io.limelight.core.ca;

import java.math.BigInteger;
import java.time.Instant;

/**
 * One entry of a CRL.
 *
 * @param serial of the certificate
 * @param at when it was revoked, which stays the same in every later CRL
 * @param reason why
 */
public record Revocation(BigInteger serial, Instant at, RevocationReason reason) {}

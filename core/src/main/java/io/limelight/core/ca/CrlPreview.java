package io.limelight.core.ca;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What revoking would change about the CRL, told without a password and without writing.
 *
 * @param before the CRL as it stands; empty if there is none that the CA signed
 * @param entriesBefore how many certificates it revokes
 * @param number of the next one, if nobody issues one in between
 * @param entries of the next one
 * @param nextUpdate of the next one, if it were issued now
 * @param added serial numbers that come in
 * @param already serial numbers that are in it
 */
public record CrlPreview(
        Optional<CaListing.Crl> before,
        int entriesBefore,
        BigInteger number,
        int entries,
        Instant nextUpdate,
        List<BigInteger> added,
        List<BigInteger> already) {
    /** Copies. */
    public CrlPreview {
        added = List.copyOf(added);
        already = List.copyOf(already);
    }

    /** Of revoking these. */
    public static CrlPreview of(CaListing listing, Collection<BigInteger> serials, Instant now) {
        List<BigInteger> already = listing.revoked().stream()
                .map(Revocation::serial)
                .filter(serials::contains)
                .toList();
        List<BigInteger> added = serials.stream()
                .filter(serial -> !already.contains(serial))
                .distinct()
                .toList();
        int before = listing.revoked().size();
        return new CrlPreview(
                listing.crl(),
                before,
                listing.crl().map(CaListing.Crl::number).orElse(BigInteger.ZERO).add(BigInteger.ONE),
                before + added.size(),
                CertificateAuthority.seconds(now.plus(CrlIssue.LIFETIME)),
                added,
                already);
    }
}

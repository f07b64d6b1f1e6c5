package io.limelight.console.ca;

import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaListing.Issued;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.RevocationReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a certificate stands. */
public enum Badge {
    VALID,
    /** Ends within {@link Identities#SOON}. */
    EXPIRING,
    EXPIRED,
    REVOKED,
    /** Revoked because there is a newer one. */
    SUPERSEDED,
    /** There is no list of revoked certificates that could tell. */
    UNKNOWN;

    /** Names keys of words and style classes: {@code valid}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Badge> named(String word) {
        return Stream.of(values()).filter(badge -> badge.key().equals(word)).findFirst();
    }

    static Badge of(Issued issued, Instant now) {
        return switch (issued.state()) {
            case VALID -> soon(issued.certificate().getNotAfter().toInstant(), now) ? EXPIRING : VALID;
            case EXPIRED -> EXPIRED;
            case REVOKED -> of(issued.revocation().orElseThrow().reason());
            case UNKNOWN -> UNKNOWN;
        };
    }

    static Badge of(RevocationReason reason) {
        return reason == RevocationReason.SUPERSEDED ? SUPERSEDED : REVOKED;
    }

    static Badge ofAuthority(CaListing listing, Instant now) {
        Instant end = listing.certificate().getNotAfter().toInstant();
        return !now.isBefore(end) ? EXPIRED : soon(end, now) ? EXPIRING : VALID;
    }

    private static boolean soon(Instant end, Instant now) {
        return !now.plus(Identities.SOON).isBefore(end);
    }
}

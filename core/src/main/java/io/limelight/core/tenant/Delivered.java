package io.limelight.core.tenant;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a machine was sent. Holds no secret.
 *
 * @param contents exactly
 * @param certificate its identity, in a certificate package
 * @param notes sentences of the CA
 */
public record Delivered(PackedContents contents, Optional<Certificate> certificate, List<String> notes) {
    /** Copies the list. */
    public Delivered {
        notes = List.copyOf(notes);
    }

    /**
     * A machine's certificate.
     *
     * @param serial of it
     * @param subject RFC 4514
     * @param until end of its validity
     * @param issued whether it was made for this
     * @param authority subject of the CA, RFC 4514
     */
    public record Certificate(BigInteger serial, String subject, Instant until, boolean issued, String authority) {}
}

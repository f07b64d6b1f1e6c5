package io.limelight.console.fleet;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How a machine registered.
 *
 * @param ekCertificates endorsement certificate and what it was checked by, leaf first; empty: it registered none
 * @param ekTrust decision on the EK by this console's store, a sentence
 * @param ekTrusted whether somebody vouches for the TPM
 * @param ekKind for people: {@code RSA 2048}
 * @param akKind for people: {@code RSA 2048, RSASSA SHA-256}
 * @param akName TPM name of the AK, hex
 * @param tls certificate its agent listens with; empty: plain HTTP or none
 * @param registrations how often it registered; -1 where unknown
 */
public record Identity(
        List<X509Certificate> ekCertificates,
        String ekTrust,
        boolean ekTrusted,
        String ekKind,
        String akKind,
        String akName,
        Optional<X509Certificate> tls,
        int registrations) {
    /** Copies. */
    public Identity {
        ekCertificates = List.copyOf(ekCertificates);
    }
}

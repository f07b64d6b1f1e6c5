package io.limelight.core.ca;

import io.limelight.core.ca.CertificateAuthority.CrlIssued;
import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a CRL of a folder is made of, and the making of the next one. */
final class CrlIssue {
    /** Long enough for a CA that is used by hand; one that listens re-issues earlier. */
    static final Duration LIFETIME = Duration.ofDays(30);

    private final CaFolder folder;

    CrlIssue(CaFolder folder) {
        this.folder = folder;
    }

    /** The keystore says what is revoked; dates that only Keylime knows stand in its CRL. */
    List<Revocation> revocations(Keystore keystore, Issuer issuer, Instant now) throws CaException {
        Map<BigInteger, Revocation> recorded = keystore.recorded();
        Map<BigInteger, Revocation> published = Map.of();
        boolean looked = false;
        List<Revocation> all = new ArrayList<>();
        for (BigInteger serial : keystore.revoked()) {
            Revocation known = recorded.get(serial);
            if (known == null && !looked) {
                published = CrlFile.read(folder, issuer.certificate())
                        .map(CrlFile::entries)
                        .orElse(Map.of());
                looked = true;
            }
            if (known == null) {
                known = published.get(serial);
            }
            all.add(
                    known == null
                            ? new Revocation(serial, CertificateAuthority.seconds(now), RevocationReason.UNSPECIFIED)
                            : known);
        }
        return all;
    }

    /** Adds the CRL to the change and its number to the keystore. */
    CrlIssued into(FolderChange change, Keystore keystore, Issuer issuer, List<Revocation> revoked, Instant now) {
        BigInteger number = keystore.crlNumber()
                .max(CrlFile.read(folder, issuer.certificate())
                        .map(CrlFile::number)
                        .orElse(BigInteger.ZERO))
                .add(BigInteger.ONE);
        byte[] crl = issuer.crl(revoked, number, now, LIFETIME);
        keystore.revoked(revoked);
        keystore.crlNumber(number);
        change.put(CaFiles.CRL_DER, crl)
                .put(CaFiles.CRL_PEM, CertificateAuthority.ascii(PemFiles.encode("X509 CRL", crl)));
        return new CrlIssued(number, revoked.size(), CertificateAuthority.seconds(now.plus(LIFETIME)));
    }
}

package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * Another RevocationNotifier with another key, for the day on which the former key may be known to somebody.
 *
 * <p>Who has a package keeps the former certificate: such a machine believes notices under the former key and none under the new
 * one, and its verifier goes on signing with the former key, until it gets another package. So nothing changes for the machines
 * by this alone, and {@code ca listen}, which believes the notifier of its folder, no longer believes notices about them.
 */
public final class NotifierRotation {
    private final CertificateAuthority ca;

    /** Of this CA. */
    public NotifierRotation(CertificateAuthority ca) {
        this.ca = ca;
    }

    /**
     * What came of it.
     *
     * @param former serial number of the one before, revoked by now; empty if there was none
     * @param made the new one
     * @param machines how many certificates of machines are valid, whose holders need another package
     */
    public record Rotated(Optional<BigInteger> former, X509Certificate made, int machines) {}

    /**
     * Makes it; the former one is revoked.
     *
     * @param reason why the former one goes
     */
    public Rotated run(RevocationReason reason, SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        // Finding primes takes a moment, in which others may use the folder.
        KeyPair keys = new KeyKind.Rsa(ca.subject().keyBits()).make(ca.random());
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            ca.requireValid(issuer, now);
            List<Revocation> revoked = ca.revocations(keystore, issuer, now);
            Optional<BigInteger> former = Files.exists(ca.folder().file(CaName.NOTIFIER.certificateFile()))
                    ? Optional.of(ca.certificate(CaName.NOTIFIER).getSerialNumber())
                    : Optional.empty();
            int machines = (int) CaListing.read(ca.folder(), issuer.certificate(), now).issued().stream()
                    .filter(one -> one.state() != CaListing.State.REVOKED && one.state() != CaListing.State.EXPIRED)
                    .filter(one -> !CaName.role(one.name()))
                    .count();
            try (FolderChange change = ca.folder().change()) {
                X509Certificate made = ca.leaf(
                        keystore,
                        issuer,
                        CaName.NOTIFIER,
                        List.of(new GeneralName(GeneralName.dNSName, CaName.NOTIFIER.value())),
                        keys,
                        Identities.TO_THE_END,
                        now,
                        change);
                if (former.isPresent()
                        && revoked.stream().noneMatch(one -> one.serial().equals(former.get()))) {
                    revoked.add(new Revocation(former.get(), CertificateAuthority.seconds(now), reason));
                    ca.crl(keystore, issuer, revoked, now, change);
                }
                change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                return new Rotated(former, made, machines);
            }
        });
    }
}

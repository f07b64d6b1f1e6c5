package io.limelight.core.ca;

import io.limelight.core.ca.Holdings.Finding;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.SelfSignedCertificates;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;

/** The identities that a CA which listens shows itself: of the server that takes notices, and of whoever signs its answers. */
public final class OwnServers {
    private final CertificateAuthority ca;

    /** Of this CA. */
    public OwnServers(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** Issues one of them. */
    private interface Making {
        X509Certificate make(Keystore keystore, Issuer issuer, KeyPair keys, Instant now, FolderChange change)
                throws CaException;
    }

    /**
     * Key and certificate of the server that takes notices for this CA, issued when there is none or it ends soon.
     *
     * @param hostNames names and addresses it is reached under
     */
    public KeyMaterial listener(List<String> hostNames, SecretBytes password) throws CaException {
        List<GeneralName> names =
                hostNames.stream().map(SelfSignedCertificates::generalName).toList();
        return keptOrMade(
                CaName.LISTENER,
                password,
                (keystore, issuer, keys, now, change) -> ca.leaf(
                        keystore, issuer, CaName.LISTENER, names, keys, CertificateAuthority.DAYS, now, change));
    }

    /**
     * Key and certificate of whoever answers questions about single certificates, issued when there is none or it ends soon.
     * The CA's own key would answer as well, but would then have to stay in the memory of a program that strangers talk to.
     */
    public KeyMaterial responder(SecretBytes password) throws CaException {
        return keptOrMade(CaName.RESPONDER, password, (keystore, issuer, keys, now, change) -> {
            BigInteger serial = keystore.lastSerial().add(BigInteger.ONE);
            return ca.kept(
                    issuer.issueResponder(keys.getPublic(), CaName.RESPONDER, serial, CertificateAuthority.DAYS, now),
                    keystore,
                    CaName.RESPONDER,
                    keys,
                    change);
        });
    }

    /** When the certificate of {@link #listener} ends; the beginning of time if there is none. */
    public Instant listenerEnds() throws CaException {
        return ends(CaName.LISTENER);
    }

    /** When the certificate of {@link #responder} ends; the beginning of time if there is none. */
    public Instant responderEnds() throws CaException {
        return ends(CaName.RESPONDER);
    }

    private Instant ends(CaName name) throws CaException {
        return ca.certificateOf(name)
                .map(certificate -> certificate.getNotAfter().toInstant())
                .orElse(Instant.EPOCH);
    }

    private KeyMaterial keptOrMade(CaName name, SecretBytes password, Making making) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            Set<BigInteger> revoked = CertificateAuthority.serials(ca.revocations(keystore, issuer, now));
            try (Finding finding = new Holdings(ca).machine(name, revoked, Optional.of(keystore))) {
                if (finding instanceof Finding.Kept kept
                        && now.plus(Identities.SOON)
                                .isBefore(kept.certificate().getNotAfter().toInstant())) {
                    return new KeyMaterial(
                            PrivateKeys.parse(kept.key(), "the key of " + name), List.of(kept.certificate()));
                }
            }
            ca.requireValid(issuer, now);
            KeyPair keys = kind(name, issuer).make(ca.random());
            try (FolderChange change = ca.folder().change()) {
                X509Certificate made = making.make(keystore, issuer, keys, now, change);
                change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                return new KeyMaterial(keys.getPrivate(), List.of(made));
            }
        });
    }

    /** Answers are signed one by one, which is ten times quicker over a curve. */
    private KeyKind kind(CaName name, Issuer issuer) {
        return name.equals(CaName.RESPONDER) ? KeyKind.Curve.P256 : ca.machineKeys(issuer);
    }
}

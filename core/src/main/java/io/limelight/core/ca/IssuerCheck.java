package io.limelight.core.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/**
 * Whether certificates are signed by one key, for many certificates: a key of a curve is decoded once, and its table of multiples
 * is built once. The JDK builds neither and needs twenty times as long for each. Safe for several threads.
 */
final class IssuerCheck {
    /** ecdsa-with-SHA2 (RFC 5758 §3.2): the hash that each names. */
    private static final Map<String, String> HASHES = Map.of(
            "1.2.840.10045.4.3.2", "SHA-256",
            "1.2.840.10045.4.3.3", "SHA-384",
            "1.2.840.10045.4.3.4", "SHA-512");

    private final PublicKey key;
    private final Optional<ECPublicKeyParameters> point;

    IssuerCheck(PublicKey key) {
        this.key = key;
        this.point = point(key);
    }

    private static Optional<ECPublicKeyParameters> point(PublicKey key) {
        if (!(key instanceof ECPublicKey)) {
            return Optional.empty();
        }
        try {
            return PublicKeyFactory.createKey(key.getEncoded()) instanceof ECPublicKeyParameters parameters
                    ? Optional.of(parameters)
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // A curve that it does not know; the JDK may.
            return Optional.empty();
        }
    }

    /**
     * Returns if the certificate is signed by this key.
     *
     * @throws GeneralSecurityException it is not, or not in a way that is understood
     */
    void require(X509Certificate certificate) throws GeneralSecurityException {
        String hash = HASHES.get(certificate.getSigAlgOID());
        if (point.isEmpty() || hash == null) {
            certificate.verify(key);
            return;
        }
        ECPublicKeyParameters parameters = point.get();
        byte[] digest = MessageDigest.getInstance(hash).digest(certificate.getTBSCertificate());
        boolean good;
        try {
            BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(
                    parameters.getParameters().getN(), certificate.getSignature());
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, parameters);
            good = verifier.verifySignature(digest, rs[0], rs[1]);
        } catch (IOException | RuntimeException e) {
            // No two numbers in DER, or numbers that no signature has.
            throw new SignatureException("no signature that can be read", e);
        }
        if (!good) {
            throw new SignatureException("signed by another key");
        }
    }
}

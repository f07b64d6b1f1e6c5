package io.limelight.core.policy.sign;

import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.openssl.PEMParser;

/**
 * A public key that verifies signed policies: EC on a named curve; always with SHA-256, whatever the curve. Immutable.
 */
public final class PolicyKey {
    /** Longer files are no key. */
    public static final int MAX_LENGTH = 64 * 1024;

    private final SubjectPublicKeyInfo info;
    private final ECPublicKeyParameters key;

    private PolicyKey(SubjectPublicKeyInfo info, ECPublicKeyParameters key) {
        this.info = info;
        this.key = key;
    }

    /**
     * Reads PEM: a public key, or a certificate, of which only the key counts.
     *
     * @throws PolicySignatureException if it is none, or not EC
     */
    public static PolicyKey parse(byte[] pem) throws PolicySignatureException {
        if (pem.length > MAX_LENGTH) {
            throw new PolicySignatureException("it is too long for a key");
        }
        try (PEMParser parser = new PEMParser(new StringReader(new String(pem, StandardCharsets.ISO_8859_1)))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof SubjectPublicKeyInfo info) {
                    return of(info);
                }
                if (found instanceof X509CertificateHolder certificate) {
                    return of(certificate.getSubjectPublicKeyInfo());
                }
            }
        } catch (IOException | RuntimeException e) {
            // Bouncy Castle has many words for bytes that are none of its structures.
            throw new PolicySignatureException("it holds no public key that can be read", e);
        }
        throw new PolicySignatureException("it holds no public key in PEM (-----BEGIN PUBLIC KEY-----)");
    }

    static PolicyKey of(SubjectPublicKeyInfo info) throws PolicySignatureException {
        if (!info.getAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw new PolicySignatureException("it is no EC key, and policies are signed with EC keys only");
        }
        if (!(info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier)) {
            throw new PolicySignatureException("it is an EC key that does not name its curve");
        }
        try {
            return new PolicyKey(info, (ECPublicKeyParameters) PublicKeyFactory.createKey(info));
        } catch (IOException | RuntimeException e) {
            throw new PolicySignatureException("it is an EC key that cannot be used", e);
        }
    }

    /** Its PEM: 64 columns, line feed at the end. */
    public String pem() {
        try {
            return PemFiles.encode("PUBLIC KEY", info.getEncoded("DER"));
        } catch (IOException e) {
            throw new IllegalStateException("a key that was just read", e);
        }
    }

    /** Its name in envelopes of backend {@code ecdsa}: SHA-256 of the PEM, lower-case hex. */
    public String keyId() {
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(pem().getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether any signature of the envelope is by this key; what they say of their key is not looked at. */
    public boolean verifies(DsseEnvelope envelope) {
        byte[] digest = envelope.digest();
        return envelope.signatures().stream()
                .anyMatch(signature -> verifies(digest, signature.signature().toByteArray()));
    }

    /** Whether this DER signature is by this key over this digest ({@link DsseEnvelope#digest}). */
    public boolean verifies(byte[] digest, byte[] signature) {
        try {
            BigInteger[] rs =
                    StandardDSAEncoding.INSTANCE.decode(key.getParameters().getN(), signature);
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, key);
            return verifier.verifySignature(digest, rs[0], rs[1]);
        } catch (IOException | RuntimeException e) {
            // No two numbers, or numbers no signature has: not verified, whatever the words for it.
            return false;
        }
    }

    ECPublicKeyParameters parameters() {
        return key;
    }

    SubjectPublicKeyInfo info() {
        return info;
    }
}

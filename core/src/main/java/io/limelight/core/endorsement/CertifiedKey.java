package io.limelight.core.endorsement;

import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Whether a certificate speaks of the very key a TPM shows, whatever the algorithm identifier it uses. */
public final class CertifiedKey {
    private CertifiedKey() {}

    /** True if the certificate's key and the TPM's are the same. */
    public static boolean same(X509Certificate certificate, TpmPublic area) {
        PublicKey certified = certificate.getPublicKey();
        PublicKey shown = area.publicKey();
        if (shown instanceof RSAPublicKey rsa) {
            return sameRsa(certified, rsa.getModulus(), rsa.getPublicExponent());
        }
        return shown instanceof ECPublicKey ec
                && certified instanceof ECPublicKey other
                && ec.getW().equals(other.getW())
                && ec.getParams().getCurve().equals(other.getParams().getCurve());
    }

    private static boolean sameRsa(PublicKey certified, BigInteger modulus, BigInteger exponent) {
        if (certified instanceof RSAPublicKey rsa) {
            return rsa.getModulus().equals(modulus) && rsa.getPublicExponent().equals(exponent);
        }
        try {
            // Some vendors mark EK certificates id-RSAES-OAEP (RFC 4055 §4), which the JDK keeps undecoded.
            org.bouncycastle.asn1.pkcs.RSAPublicKey rsa = org.bouncycastle.asn1.pkcs.RSAPublicKey.getInstance(
                    SubjectPublicKeyInfo.getInstance(certified.getEncoded()).parsePublicKey());
            return rsa.getModulus().equals(modulus) && rsa.getPublicExponent().equals(exponent);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}

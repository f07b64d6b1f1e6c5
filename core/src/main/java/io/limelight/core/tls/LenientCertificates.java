package io.limelight.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Certificates whose DER is not quite DER: some TPM vendors (and swtpm) encode lengths or booleans the BER way. Keylime
 * re-encodes and accepts them with a warning; so do we, and say whether it was needed. The signature is checked over the
 * strict form, so tolerance never makes a certificate trusted that its issuer did not sign.
 */
public final class LenientCertificates {
    /** Real EK certificates stay below 2 KiB; room for generous vendors. */
    public static final int MAX_SIZE = 64 * 1024;

    private LenientCertificates() {}

    /**
     * What became of an encoding.
     *
     * @param certificate the usable certificate
     * @param reencoded whether they had to be brought into strict DER first
     */
    public record Parsed(X509Certificate certificate, boolean reencoded) {}

    /**
     * Parses one certificate. Padding behind it is cut off: certificates in a TPM's NV memory are read with the unused
     * rest of their index, 0xff or 0x00.
     *
     * @throws IOException if it is no X.509 certificate even with tolerance, is too large, or has other bytes behind it
     */
    public static Parsed parse(byte[] encoded) throws IOException {
        if (encoded.length > MAX_SIZE) {
            throw new IOException("a certificate of " + encoded.length + " bytes is larger than " + MAX_SIZE);
        }
        Certificate structure;
        try {
            structure = new X509CertificateHolder(withoutPadding(encoded)).toASN1Structure();
        } catch (RuntimeException e) {
            throw new IOException("not an X.509 certificate", e);
        }
        byte[] strict = structure.getEncoded(ASN1Encoding.DER);
        boolean same = Arrays.equals(strict, encoded);
        try {
            return new Parsed(decode(same ? encoded : strict), !same);
        } catch (CertificateException e) {
            throw new IOException("not a usable X.509 certificate: " + e.getMessage(), e);
        }
    }

    /** The certificate alone, where the rest is what an NV area was filled up with: 0xff or zeros; else as it came. */
    public static byte[] withoutPadding(byte[] encoded) {
        int end = end(encoded);
        if (end >= encoded.length || (encoded[end] != 0 && encoded[end] != (byte) 0xff)) {
            return encoded;
        }
        for (int i = end; i < encoded.length; i++) {
            if (encoded[i] != encoded[end]) {
                return encoded;
            }
        }
        return Arrays.copyOf(encoded, end);
    }

    /** Where the outermost SEQUENCE of definite length ends; the length of all where there is none. */
    private static int end(byte[] encoded) {
        if (encoded.length < 2 || encoded[0] != 0x30) {
            return encoded.length;
        }
        int first = encoded[1] & 0xff;
        if (first < 0x80) {
            return 2 + first;
        }
        int lengthBytes = first & 0x7f;
        if (lengthBytes == 0 || lengthBytes > 3 || encoded.length < 2 + lengthBytes) {
            return encoded.length;
        }
        int length = 0;
        for (int i = 0; i < lengthBytes; i++) {
            length = length << 8 | (encoded[2 + i] & 0xff);
        }
        return 2 + lengthBytes + length;
    }

    private static X509Certificate decode(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}

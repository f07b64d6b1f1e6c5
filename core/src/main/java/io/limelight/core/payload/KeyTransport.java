package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * Shares on their way to a machine: RSA-OAEP with SHA-1 and MGF1-SHA-1 and no label (wire reference §3.1; the peers know no
 * other), under the transport key that the machine's quote bound in PCR 16.
 */
public final class KeyTransport {
    private static final String OAEP = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 8192;

    private KeyTransport() {}

    /**
     * Parses the {@code pubkey} of a quote.
     *
     * @throws PayloadException if it is no RSA key of 2048 to 8192 bits
     */
    public static PublicKey parse(String pem) throws PayloadException {
        if (pem.length() > 4096) {
            throw new PayloadException("a transport key of " + pem.length() + " characters is no RSA key in PEM");
        }
        PublicKey key;
        try {
            key = PemFiles.parsePublicKey(pem, "the machine's transport key");
        } catch (TlsSetupException e) {
            throw new PayloadException(String.valueOf(e.getMessage()), e);
        }
        if (key instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() >= MIN_BITS
                && rsa.getModulus().bitLength() <= MAX_BITS) {
            return key;
        }
        throw new PayloadException("the machine's transport key is no RSA key of " + MIN_BITS + " to " + MAX_BITS
                + " bits; shares can be sent to nothing else");
    }

    /** Encrypts the share; base64. */
    public static String encrypt(PublicKey transportKey, SecretBytes share) {
        return share.apply(bytes -> {
            try {
                Cipher cipher = Cipher.getInstance(OAEP);
                cipher.init(Cipher.ENCRYPT_MODE, transportKey);
                return Base64.getEncoder().encodeToString(cipher.doFinal(bytes));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a checked RSA key encrypts 32 bytes", e);
            }
        });
    }

    /**
     * Decrypts a share.
     *
     * @throws PayloadException if it was not encrypted to this key
     */
    public static SecretBytes decrypt(PrivateKey key, byte[] encrypted) throws PayloadException {
        try {
            Cipher cipher = Cipher.getInstance(OAEP);
            cipher.init(Cipher.DECRYPT_MODE, key);
            return SecretBytes.adopt(cipher.doFinal(encrypted));
        } catch (GeneralSecurityException e) {
            throw new PayloadException("the share was not encrypted to this machine's transport key", e);
        }
    }
}

package io.limelight.agent.keys;

import io.limelight.core.payload.KeyTransport;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;

/**
 * The RSA key that shares are encrypted to on their way to this machine ({@code payload-private.pem}, wire reference
 * §2.5, §2.10). Every quote binds the exact text of {@link #pem} through PCR 16, so it is made once and never laid out anew.
 */
public final class TransportKey {
    /** What agents create; other sizes are refused, as the peers expect this one. */
    private static final int BITS = 2048;

    private final PrivateKey key;
    private final String pem;

    private TransportKey(PrivateKey key, PublicKey publicKey) {
        this.key = key;
        this.pem = PemFiles.publicKey(publicKey);
    }

    /**
     * Reads the key, or creates it (PKCS#8, mode 0600) where the file is missing.
     *
     * @param password empty when the file is not encrypted
     * @throws TlsSetupException if the file cannot be read or written, or holds anything but RSA-2048
     */
    public static TransportKey loadOrCreate(Path file, char[] password, SecureRandom random) throws TlsSetupException {
        if (!Files.exists(file)) {
            KeyPair pair = KeyPairs.rsa(BITS, random);
            try {
                PrivateFiles.write(file, PemFiles.privateKey(pair.getPrivate(), password));
            } catch (IOException e) {
                throw new TlsSetupException("the transport key " + file + " cannot be written: " + e, e);
            }
            return new TransportKey(pair.getPrivate(), pair.getPublic());
        }
        PrivateKey key = PemFiles.readPrivateKey(file, password);
        if (!(key instanceof RSAPrivateCrtKey rsa) || rsa.getModulus().bitLength() != BITS) {
            throw new TlsSetupException("the transport key " + file + " is no RSA key of " + BITS
                    + " bits; move it away and a fitting one is made at the next start");
        }
        return new TransportKey(key, publicHalf(rsa.getModulus(), rsa.getPublicExponent()));
    }

    private static PublicKey publicHalf(BigInteger modulus, BigInteger exponent) {
        try {
            return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    /** SubjectPublicKeyInfo in PEM, 64 columns, final newline: exactly what is sent and what PCR 16 measures. */
    public String pem() {
        return pem;
    }

    /**
     * Opens a share.
     *
     * @throws PayloadException if it was not encrypted to this key
     */
    public SecretBytes open(byte[] encrypted) throws PayloadException {
        return KeyTransport.decrypt(key, encrypted);
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return "TransportKey[rsa2048]";
    }
}

package io.limelight.verifier.revocation;

import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/** The key that notices are signed with, as a tenant sends it. */
public final class NotifierKey {
    private static final int LEAST_BITS = 1024;
    /** Longer ones take a hundred milliseconds for each signature. */
    private static final int MOST_BITS = 8192;

    private NotifierKey() {}

    /** A key that cannot sign notices; the message is half a sentence and holds nothing of the key. */
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableException(String message) {
            super(message);
        }
    }

    /**
     * Reads a key and signs something with it.
     *
     * @param pem an unencrypted private key in PEM
     */
    public static RSAPrivateKey check(SecretBytes pem) throws UnusableException {
        RSAPrivateKey rsa = parse(pem);
        try {
            NoticeSignature.sign(rsa, "{}");
        } catch (InvalidKeyException | RuntimeException e) {
            throw new UnusableException("is an RSA key that signs nothing");
        }
        return rsa;
    }

    /**
     * Reads a key that was checked when it came.
     *
     * @param pem an unencrypted private key in PEM
     */
    static RSAPrivateKey parse(SecretBytes pem) throws UnusableException {
        PrivateKey key;
        try {
            key = PemFiles.parsePrivateKey(
                    pem.apply(bytes -> new String(bytes, StandardCharsets.UTF_8)), new char[0], "revocation_key");
        } catch (TlsSetupException e) {
            // Without the cause: a parser may quote its input.
            throw new UnusableException("is no unencrypted private key in PEM");
        }
        if (!(key instanceof RSAPrivateKey rsa)) {
            throw new UnusableException("is a key of the kind " + key.getAlgorithm()
                    + "; notices are signed with RSA, agents can check nothing else");
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw new UnusableException("is an RSA key of " + bits + " bits; " + LEAST_BITS + " to " + MOST_BITS
                    + " bits can be used, 2048 or 3072 are usual");
        }
        return rsa;
    }

    /** The other half of it, with which others check its signatures. */
    static RSAPublicKey publicHalf(RSAPrivateKey key) throws UnusableException {
        BigInteger exponent = key instanceof RSAPrivateCrtKey crt ? crt.getPublicExponent() : RSAKeyGenParameterSpec.F4;
        try {
            return (RSAPublicKey)
                    KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(key.getModulus(), exponent));
        } catch (GeneralSecurityException e) {
            throw new UnusableException("is an RSA key whose public half cannot be used");
        }
    }
}

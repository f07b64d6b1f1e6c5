package io.limelight.core.revocation;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.util.BigIntegers;

/**
 * Signatures of notices: RSASSA-PSS with SHA-256 and MGF1 with SHA-256 (RFC 8017 §8.1, §9.1) over the UTF-8 bytes of the
 * message (certificate reference §3.3).
 *
 * <p>Keylime salts with as many bytes as fit, others with 32; Java has to be told which. So whoever checks reads the length
 * from the padding first and has the JDK check the signature with it, which finds any lie in it. Signing uses the longest.
 */
public final class NoticeSignature {
    private static final String HASH = "SHA-256";
    private static final int HASH_BYTES = 32;

    private NoticeSignature() {}

    /**
     * Signs.
     *
     * @param key RSA
     * @param message the exact text that travels as {@code msg}
     * @return base64, one line
     * @throws InvalidKeyException if the key cannot sign so
     */
    public static String sign(RSAPrivateKey key, String message) throws InvalidKeyException {
        int bits = key.getModulus().bitLength();
        int longestSalt = (bits - 1 + 7) / 8 - HASH_BYTES - 2;
        if (longestSalt < 0) {
            throw new InvalidKeyException("an RSA key of " + bits + " bits is too small for a signature with SHA-256");
        }
        try {
            Signature signer = Signature.getInstance("RSASSA-PSS");
            signer.setParameter(parameters(longestSalt));
            signer.initSign(key);
            signer.update(message.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signer.sign());
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with RSASSA-PSS", e);
        }
    }

    /**
     * Checks.
     *
     * @param message the exact text that came as {@code msg}
     * @param base64 what came as {@code signature}
     * @return false for anything that is not a good signature of this message by this key, also for what is no base64
     */
    public static boolean verifies(RSAPublicKey key, String message, String base64) {
        try {
            return verifies(
                    key,
                    message.getBytes(StandardCharsets.UTF_8),
                    Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static PSSParameterSpec parameters(int salt) {
        return new PSSParameterSpec(HASH, "MGF1", MGF1ParameterSpec.SHA256, salt, 1);
    }

    private static boolean verifies(RSAPublicKey key, byte[] message, byte[] signature) {
        int bits = key.getModulus().bitLength();
        if (signature.length != (bits + 7) / 8) {
            return false;
        }
        try {
            int salt = saltLength(key, signature);
            if (salt < 0) {
                return false;
            }
            Signature verifier = Signature.getInstance("RSASSA-PSS");
            verifier.setParameter(parameters(salt));
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The padding is DB = 00…00 01 salt, masked; -1 if there is none. */
    private static int saltLength(RSAPublicKey key, byte[] signature) throws NoSuchAlgorithmException {
        BigInteger value = new BigInteger(1, signature);
        if (value.compareTo(key.getModulus()) >= 0) {
            return -1;
        }
        int emBits = key.getModulus().bitLength() - 1;
        int emLength = (emBits + 7) / 8;
        BigInteger opened = value.modPow(key.getPublicExponent(), key.getModulus());
        if (opened.bitLength() > emBits) {
            return -1;
        }
        byte[] em = BigIntegers.asUnsignedByteArray(emLength, opened);
        int dbLength = emLength - HASH_BYTES - 1;
        if (dbLength < 1 || em[emLength - 1] != (byte) 0xbc) {
            return -1;
        }
        byte[] db = Arrays.copyOf(em, dbLength);
        byte[] mask = mask(Arrays.copyOfRange(em, dbLength, dbLength + HASH_BYTES), dbLength);
        for (int i = 0; i < dbLength; i++) {
            db[i] ^= mask[i];
        }
        db[0] &= (byte) (0xff >>> (8 * emLength - emBits));
        int one = 0;
        while (one < dbLength && db[one] == 0) {
            one++;
        }
        return one < dbLength && db[one] == 1 ? dbLength - one - 1 : -1;
    }

    /** MGF1 (RFC 8017 §B.2.1). */
    private static byte[] mask(byte[] seed, int length) throws NoSuchAlgorithmException {
        byte[] mask = new byte[length];
        MessageDigest digest = MessageDigest.getInstance(HASH);
        for (int counter = 0, at = 0; at < length; counter++) {
            digest.update(seed);
            digest.update(
                    new byte[] {(byte) (counter >>> 24), (byte) (counter >>> 16), (byte) (counter >>> 8), (byte) counter
                    });
            byte[] block = digest.digest();
            int part = Math.min(block.length, length - at);
            System.arraycopy(block, 0, mask, at, part);
            at += part;
        }
        return mask;
    }
}

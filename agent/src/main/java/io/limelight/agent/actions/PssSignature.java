package io.limelight.agent.actions;

import io.limelight.core.tpm.HashAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import org.bouncycastle.util.BigIntegers;

/**
 * RSASSA-PSS with SHA-256 and a salt of unknown length (RFC 8017 §8.1.2, §9.1.2). Keylime's verifier salts with as many
 * bytes as fit, others with 32; Java's verifier has to be told. So the length is read from the padding first, and the
 * signature then checked with it by the JDK, which finds any lie in it.
 */
final class PssSignature {
    private static final HashAlgorithm HASH = HashAlgorithm.SHA256;

    private PssSignature() {}

    static boolean verifies(RSAPublicKey key, byte[] message, byte[] signature) {
        int bits = key.getModulus().bitLength();
        if (signature.length != (bits + 7) / 8) {
            return false;
        }
        int salt = saltLength(key, signature);
        if (salt < 0) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance("RSASSA-PSS");
            verifier.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
            verifier.initVerify(key);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The padding is DB = 00…00 01 salt, masked; -1 if there is none. */
    private static int saltLength(RSAPublicKey key, byte[] signature) {
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
        int dbLength = emLength - HASH.digestSize() - 1;
        if (dbLength < 1 || em[emLength - 1] != (byte) 0xbc) {
            return -1;
        }
        byte[] db = Arrays.copyOf(em, dbLength);
        byte[] mask = mask(Arrays.copyOfRange(em, dbLength, dbLength + HASH.digestSize()), dbLength);
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
    private static byte[] mask(byte[] seed, int length) {
        byte[] mask = new byte[length];
        MessageDigest digest = HASH.newDigest();
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

package io.limelight.core.tpm;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The two key derivation functions of a TPM (TPM 2.0 Part 1 §11.4.10). Results are secret; callers erase them. */
public final class KeyDerivation {
    private KeyDerivation() {}

    /**
     * KDFa: SP800-108 counter mode over HMAC.
     *
     * @param hash the HMAC's hash
     * @param key the HMAC's key, not empty
     * @param label text; the zero byte behind it is added here
     * @param contextU first context, may be empty
     * @param contextV second context, may be empty
     * @param bits length of the result, a multiple of 8
     */
    public static byte[] kdfA(
            HashAlgorithm hash, byte[] key, String label, byte[] contextU, byte[] contextV, int bits) {
        byte[] out = new byte[(bits + 7) / 8];
        try {
            Mac mac = Mac.getInstance(hash.hmacName());
            mac.init(new SecretKeySpec(key, hash.hmacName()));
            for (int done = 0, i = 1; done < out.length; i++) {
                mac.update(u32(i));
                mac.update(label.getBytes(StandardCharsets.US_ASCII));
                mac.update((byte) 0);
                mac.update(contextU);
                mac.update(contextV);
                mac.update(u32(bits));
                byte[] block = mac.doFinal();
                int take = Math.min(block.length, out.length - done);
                System.arraycopy(block, 0, out, done, take);
                Arrays.fill(block, (byte) 0);
                done += take;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + hash.hmacName(), e);
        }
        return out;
    }

    /**
     * KDFe for as many bits as the hash has: one block of SP800-56A concatenation.
     *
     * @param hash the hash
     * @param sharedX x coordinate of the shared point, as wide as the field
     * @param label text; the zero byte behind it is added here
     * @param partyU x coordinate of the ephemeral key, as wide as the field
     * @param partyV x coordinate of the other key, as wide as the field
     */
    public static byte[] kdfE(HashAlgorithm hash, byte[] sharedX, String label, byte[] partyU, byte[] partyV) {
        MessageDigest digest = hash.newDigest();
        digest.update(u32(1));
        digest.update(sharedX);
        digest.update(label.getBytes(StandardCharsets.US_ASCII));
        digest.update((byte) 0);
        digest.update(partyU);
        digest.update(partyV);
        return digest.digest();
    }

    private static byte[] u32(int value) {
        return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }
}

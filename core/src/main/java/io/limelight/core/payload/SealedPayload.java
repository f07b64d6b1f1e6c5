package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The container a payload travels in (wire reference §4.1): base64 of a 16-byte IV, the AES-GCM ciphertext and its 16-byte
 * tag, no additional data. The IV is 16 bytes, not the usual 12.
 */
public final class SealedPayload {
    private static final int IV = 16;
    private static final int TAG_BITS = 128;
    private static final int MIN = IV + TAG_BITS / 8;

    private SealedPayload() {}

    /** Seals the plaintext under K with a fresh IV. */
    public static String seal(BootstrapKey key, SecretBytes plaintext, SecureRandom random) {
        byte[] iv = new byte[IV];
        random.nextBytes(iv);
        return plaintext.apply(clear -> key.bytes().apply(raw -> {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(TAG_BITS, iv));
                byte[] container = new byte[IV + cipher.getOutputSize(clear.length)];
                System.arraycopy(iv, 0, container, 0, IV);
                cipher.doFinal(clear, 0, clear.length, container, IV);
                return Base64.getEncoder().encodeToString(container);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        }));
    }

    /**
     * Opens a container.
     *
     * @throws PayloadException if it is too short, was changed, or was sealed under another key
     */
    public static SecretBytes open(BootstrapKey key, byte[] container) throws PayloadException {
        if (container.length < MIN) {
            throw new PayloadException("a sealed payload has at least " + MIN + " bytes, this one has "
                    + container.length + "; it was cut off");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            key.bytes().use(raw -> init(cipher, raw, container));
            return SecretBytes.adopt(cipher.doFinal(container, IV, container.length - IV));
        } catch (GeneralSecurityException e) {
            throw new PayloadException("the payload does not open: it was changed, or sealed under another key", e);
        }
    }

    private static void init(Cipher cipher, byte[] raw, byte[] container) {
        try {
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(raw, "AES"),
                    new GCMParameterSpec(TAG_BITS, container, 0, IV));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("K was checked to be an AES key", e);
        }
    }

    /** Length of the container's base64 text for a plaintext of so many bytes; what {@code max_payload_size} counts. */
    public static long sealedLength(long plaintext) {
        return (plaintext + MIN + 2) / 3 * 4;
    }

    /** The largest plaintext whose sealed text is at most so long. */
    public static long largestPlaintext(long maxPayloadSize) {
        return Math.max(0, maxPayloadSize / 4 * 3 - MIN);
    }

    /**
     * Checks a plaintext against {@code max_payload_size} before it is sealed.
     *
     * @throws PayloadException with both sizes and the way out
     */
    public static void requireFits(long plaintext, long maxPayloadSize) throws PayloadException {
        long sealed = sealedLength(plaintext);
        if (sealed > maxPayloadSize) {
            throw new PayloadException("the payload has " + plaintext + " bytes, " + sealed
                    + " when sealed; max_payload_size is " + maxPayloadSize + ", which leaves "
                    + largestPlaintext(maxPayloadSize) + " bytes for the payload; send less or raise max_payload_size");
        }
    }
}

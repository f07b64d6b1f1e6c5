package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How Keylime encrypts a keystore: PBKDF2-HMAC-SHA256 over the <em>text</em> of the base64 salt, 100,000 iterations;
 * AES-256-GCM with a 16-byte IV in front and the tag behind, all in base64.
 */
final class KeystoreCipher {
    private static final int ITERATIONS = 100_000;
    private static final int KEY_BITS = 256;
    private static final int IV = 16;
    private static final int TAG_BITS = 128;

    private KeystoreCipher() {}

    static SecretBytes deriveKey(SecretBytes password, String salt) {
        return password.apply(utf8 -> {
            CharBuffer characters = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8));
            char[] exact = Arrays.copyOfRange(characters.array(), 0, characters.limit());
            PBEKeySpec spec = new PBEKeySpec(exact, salt.getBytes(StandardCharsets.UTF_8), ITERATIONS, KEY_BITS);
            try {
                return SecretBytes.adopt(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has PBKDF2", e);
            } finally {
                spec.clearPassword();
                Arrays.fill(exact, '\0');
                Arrays.fill(characters.array(), '\0');
            }
        });
    }

    static byte[] seal(SecretBytes key, SecretBytes plaintext, SecureRandom random) {
        byte[] iv = new byte[IV];
        random.nextBytes(iv);
        return plaintext.apply(clear -> key.apply(raw -> {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(TAG_BITS, iv));
                byte[] container = new byte[IV + cipher.getOutputSize(clear.length)];
                System.arraycopy(iv, 0, container, 0, IV);
                cipher.doFinal(clear, 0, clear.length, container, IV);
                return Base64.getEncoder().encode(container);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        }));
    }

    /** The plaintext; empty if the tag does not fit: another password, or other bytes than were written. */
    static Optional<SecretBytes> open(SecretBytes key, byte[] container) {
        if (container.length < IV + TAG_BITS / 8) {
            return Optional.empty();
        }
        return key.apply(raw -> {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(
                        Cipher.DECRYPT_MODE,
                        new SecretKeySpec(raw, "AES"),
                        new GCMParameterSpec(TAG_BITS, container, 0, IV));
                return Optional.of(SecretBytes.adopt(cipher.doFinal(container, IV, container.length - IV)));
            } catch (AEADBadTagException e) {
                return Optional.empty();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        });
    }
}

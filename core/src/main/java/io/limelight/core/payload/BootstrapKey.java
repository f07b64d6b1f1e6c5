package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * K, the key of a payload, and its two shares (wire reference §3): K = U xor V. The tenant hands U to the machine and V to
 * the verifier; neither alone says anything about K.
 */
public final class BootstrapKey implements AutoCloseable {
    /** Size of a fresh K in bytes; 16 is accepted from others. */
    public static final int SIZE = 32;

    /** Size of an auth tag in bytes (SHA-384). */
    public static final int TAG_SIZE = 48;

    private final SecretBytes key;

    private BootstrapKey(SecretBytes key) {
        this.key = key;
    }

    /** A fresh K of 32 bytes. */
    public static BootstrapKey generate(SecureRandom random) {
        return new BootstrapKey(SecretBytes.random(SIZE, random));
    }

    /**
     * K from its bytes, which the new object takes over.
     *
     * @throws PayloadException if it has neither 16 nor 32 bytes
     */
    public static BootstrapKey of(SecretBytes key) throws PayloadException {
        if (!validSize(key.length())) {
            throw new PayloadException("a key or share has 16 or 32 bytes, this one has " + key.length());
        }
        return new BootstrapKey(key);
    }

    /** Whether a share or key may have this many bytes. */
    public static boolean validSize(int bytes) {
        return bytes == 16 || bytes == 32;
    }

    /**
     * Joins two shares.
     *
     * @throws PayloadException if they are of different or wrong length
     */
    public static BootstrapKey join(SecretBytes u, SecretBytes v) throws PayloadException {
        if (u.length() != v.length() || !validSize(u.length())) {
            throw new PayloadException(
                    "shares have 16 or 32 bytes and equal length, these have " + u.length() + " and " + v.length());
        }
        return new BootstrapKey(xor(u, v));
    }

    /** A fresh V, and the U that goes with it. */
    public Shares split(SecureRandom random) {
        SecretBytes v = SecretBytes.random(key.length(), random);
        return new Shares(xor(key, v), v);
    }

    private static SecretBytes xor(SecretBytes left, SecretBytes right) {
        return left.apply(a -> right.apply(b -> {
            byte[] result = new byte[a.length];
            for (int i = 0; i < a.length; i++) {
                result[i] = (byte) (a[i] ^ b[i]);
            }
            return SecretBytes.adopt(result);
        }));
    }

    /**
     * Both shares.
     *
     * @param u for the machine
     * @param v for the verifier
     */
    public record Shares(SecretBytes u, SecretBytes v) implements AutoCloseable {
        @Override
        public void close() {
            u.close();
            v.close();
        }
    }

    /** HMAC-SHA384 of the agent id under the raw K, 96 lower-case hex digits. */
    public String authTag(String agentId) {
        return mac(agentId);
    }

    /** The answer to {@code keys/verify}: HMAC-SHA384 of the challenge under the raw K, lower-case hex. */
    public String answer(String challenge) {
        return mac(challenge);
    }

    /** Whether the tag is the one of this id, in constant time. */
    public boolean matches(String agentId, byte[] tag) {
        return MessageDigest.isEqual(HexFormat.of().parseHex(mac(agentId)), tag);
    }

    private String mac(String message) {
        return key.apply(raw -> {
            try {
                Mac mac = Mac.getInstance("HmacSHA384");
                mac.init(new SecretKeySpec(raw, "HmacSHA384"));
                return HexFormat.of().formatHex(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException | InvalidKeyException e) {
                throw new IllegalStateException("every JDK has HMAC-SHA384", e);
            }
        });
    }

    /** The raw bytes; they stay owned by this object. */
    public SecretBytes bytes() {
        return key;
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "BootstrapKey[" + key.length() + " bytes]";
    }
}

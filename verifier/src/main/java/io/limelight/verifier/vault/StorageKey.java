package io.limelight.verifier.vault;

import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The 32-byte key that secrets in the database are encrypted with.
 *
 * <p>A sealed value is {@code format (1) ‖ key id (8) ‖ IV (12) ‖ AES-256-GCM ciphertext and tag}. The owner (an agent id)
 * and the column are associated data: a value that is moved to another row or column does not open. IVs are random; with
 * at most a few values per agent the bound of 2³² values a key is far away (NIST SP 800-38D §8.3).
 */
public final class StorageKey implements AutoCloseable {
    /** Bytes of the key. */
    public static final int SIZE = 32;

    private static final byte FORMAT = 1;
    private static final int ID_SIZE = 8;
    private static final int IV_SIZE = 12;
    private static final int TAG_BITS = 128;
    private static final int HEADER = 1 + ID_SIZE + IV_SIZE;
    private static final byte[] ID_LABEL = "limelight storage key id".getBytes(StandardCharsets.US_ASCII);

    private final SecretBytes key;
    private final SecureRandom random;
    private final byte[] id;

    private StorageKey(SecretBytes key, SecureRandom random) {
        this.key = key;
        this.random = random;
        this.id = key.apply(StorageKey::idOf);
    }

    /**
     * Takes over the holder.
     *
     * @param key exactly {@link #SIZE} bytes
     */
    public static StorageKey of(SecretBytes key, SecureRandom random) {
        if (key.length() != SIZE) {
            throw new IllegalArgumentException("a storage key has " + SIZE + " bytes, not " + key.length());
        }
        return new StorageKey(key, random);
    }

    /** A fresh key. */
    public static StorageKey generate(SecureRandom random) {
        return new StorageKey(SecretBytes.random(SIZE, random), random);
    }

    private static byte[] idOf(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ID_LABEL);
            return Arrays.copyOf(digest.digest(key), ID_SIZE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Names the key without giving anything of it away: hex of the start of a hash. */
    public String id() {
        return HexFormat.of().formatHex(id);
    }

    /** Lends the key's bytes, to be written to its file. */
    void write(ByteArrayOutputStream out) {
        key.use(out::writeBytes);
    }

    /**
     * Encrypts a value.
     *
     * @param owner whose value it is
     * @param column what the value is
     */
    public byte[] seal(SecretBytes value, String owner, String column) {
        byte[] iv = new byte[IV_SIZE];
        random.nextBytes(iv);
        byte[] sealed = value.apply(plain -> run(Cipher.ENCRYPT_MODE, iv, owner, column, plain, 0, plain.length));
        return ByteBuffer.allocate(HEADER + sealed.length)
                .put(FORMAT)
                .put(id)
                .put(iv)
                .put(sealed)
                .array();
    }

    /**
     * Decrypts a value; the caller closes it.
     *
     * @throws VaultException if it was sealed with another key, for another owner or column, or was damaged
     */
    public SecretBytes open(byte[] sealed, String owner, String column) throws VaultException {
        if (sealed.length < HEADER + TAG_BITS / 8 || sealed[0] != FORMAT) {
            throw new VaultException("the stored " + column + " of " + owner + " is not a sealed value");
        }
        if (!Arrays.equals(id, 0, ID_SIZE, sealed, 1, 1 + ID_SIZE)) {
            throw new VaultException("the stored " + column + " of " + owner + " was sealed with the key "
                    + HexFormat.of().formatHex(sealed, 1, 1 + ID_SIZE) + ", the key in use is " + id());
        }
        byte[] iv = Arrays.copyOfRange(sealed, 1 + ID_SIZE, HEADER);
        try {
            return SecretBytes.adopt(
                    run(Cipher.DECRYPT_MODE, iv, owner, column, sealed, HEADER, sealed.length - HEADER));
        } catch (IllegalStateException e) {
            throw new VaultException(
                    "the stored " + column + " of " + owner
                            + " does not open: it was damaged, or moved there from another row",
                    e);
        }
    }

    private byte[] run(int mode, byte[] iv, String owner, String column, byte[] input, int offset, int length) {
        return key.apply(bytes -> {
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(mode, new SecretKeySpec(bytes, "AES"), new GCMParameterSpec(TAG_BITS, iv));
                cipher.updateAAD((owner + '\0' + column).getBytes(StandardCharsets.UTF_8));
                return cipher.doFinal(input, offset, length);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM refused", e);
            }
        });
    }

    /** Overwrites the key. */
    @Override
    public void close() {
        key.close();
    }

    /** Only the id. */
    @Override
    public String toString() {
        return "StorageKey[" + id() + "]";
    }
}

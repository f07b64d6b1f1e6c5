package io.limelight.verifier.vault;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the storage key is kept: 32 bytes in a file of mode 0600, or a systemd credential.
 *
 * @param path the file
 * @param ours whether this program may make and replace it; a credential belongs to systemd
 */
public record StorageKeyFile(Path path, boolean ours) {
    /** Name of the systemd credential. */
    public static final String CREDENTIAL = "limelight-storage-key";

    private static final String OPTION = "storage_key";
    private static final String DEFAULT_NAME = "limelight_storage.key";

    /**
     * Finds it. A file named in the configuration wins; else the credential, if systemd passes one; else
     * {@code limelight_storage.key} in the work directory.
     *
     * @param credentials {@code $CREDENTIALS_DIRECTORY}
     */
    public static StorageKeyFile of(ComponentConfig config, Optional<Path> credentials) {
        Path configured = config.path(OPTION, config.workDir(), DEFAULT_NAME);
        boolean named = !configured.equals(config.workDir().resolve(DEFAULT_NAME));
        Optional<Path> credential =
                credentials.map(folder -> folder.resolve(CREDENTIAL)).filter(Files::exists);
        return named || credential.isEmpty()
                ? new StorageKeyFile(configured, true)
                : new StorageKeyFile(credential.get(), false);
    }

    /** Whether there is a key. */
    public boolean exists() {
        return Files.exists(path);
    }

    /** Reads the key. */
    public StorageKey read(SecureRandom random) throws VaultException {
        byte[] bytes = new byte[StorageKey.SIZE + 1];
        int length;
        try (InputStream in = Files.newInputStream(path)) {
            length = in.readNBytes(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new VaultException("the storage key " + path + " cannot be read: " + e.getMessage(), e);
        }
        if (length != StorageKey.SIZE) {
            Arrays.fill(bytes, (byte) 0);
            throw new VaultException("the storage key " + path + " has "
                    + (length < StorageKey.SIZE ? Integer.toString(length) : "more than " + StorageKey.SIZE)
                    + " bytes, not " + StorageKey.SIZE);
        }
        byte[] exact = Arrays.copyOf(bytes, StorageKey.SIZE);
        Arrays.fill(bytes, (byte) 0);
        return StorageKey.of(SecretBytes.adopt(exact), random);
    }

    /** Writes the key, complete and forced to disk or not at all. */
    public void write(StorageKey key) throws VaultException {
        WipedBuffer out = new WipedBuffer();
        try {
            key.write(out);
            PrivateFiles.createFolder(
                    java.util.Objects.requireNonNull(path.toAbsolutePath().getParent()));
            PrivateFiles.write(path, out.content());
        } catch (IOException e) {
            throw new VaultException("the storage key " + path + " cannot be written: " + e.getMessage(), e);
        } finally {
            out.wipe();
        }
    }

    /** The place of the next key while it is being changed. */
    StorageKeyFile next() {
        return new StorageKeyFile(path.resolveSibling(path.getFileName() + ".new"), true);
    }

    /** A buffer of exactly the key's size, so that it never leaves a smaller copy behind. */
    private static final class WipedBuffer extends ByteArrayOutputStream {
        WipedBuffer() {
            super(StorageKey.SIZE);
        }

        java.nio.ByteBuffer content() {
            return java.nio.ByteBuffer.wrap(buf, 0, count);
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}

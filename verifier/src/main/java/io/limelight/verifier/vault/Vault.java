package io.limelight.verifier.vault;

import io.limelight.core.secret.SecretBytes;
import io.limelight.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings storage key and database together: the first start makes the key, later starts prove that it is the one the
 * database was encrypted with, and a rotation changes both.
 */
public final class Vault {
    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final String PROOF_OWNER = "limelight verifier";
    private static final String PROOF_COLUMN = "proof";
    private static final List<String> COLUMNS = List.of("v", "revocation_key");

    /** The row that binds a database to its key. */
    private static final class Lock {
        private final String keyId;
        private final byte[] proof;

        Lock(String keyId, byte[] proof) {
            this.keyId = keyId;
            this.proof = proof;
        }
    }

    /** The secrets of one agent. */
    private static final class Sealed {
        private final long number;
        private final String owner;
        private final byte @Nullable [] v;
        private final byte @Nullable [] revocationKey;

        Sealed(long number, String owner, byte @Nullable [] v, byte @Nullable [] revocationKey) {
            this.number = number;
            this.owner = owner;
            this.v = v;
            this.revocationKey = revocationKey;
        }
    }

    private final Database database;
    private final StorageKeyFile file;
    private final SecureRandom random;

    /** For this database and key file. */
    public Vault(Database database, StorageKeyFile file, SecureRandom random) {
        this.database = database;
        this.file = file;
        this.random = random;
    }

    /**
     * Opens the vault; the caller closes the key. A database without secrets of its own is bound to the key that is there,
     * which is made if there is none.
     *
     * @throws VaultException if the database was encrypted with another key, or with one that is gone
     */
    public StorageKey open() throws VaultException {
        Optional<Lock> lock = lock();
        if (lock.isEmpty()) {
            return bind();
        }
        finishRotation(lock.get());
        if (!file.exists()) {
            throw new VaultException("the storage key " + file.path() + " is gone; the shares in " + database.name()
                    + " were encrypted with it (key id " + lock.get().keyId + "). Put it back, or move the database"
                    + " away and add the agents again");
        }
        StorageKey key = file.read(random);
        if (!fits(key, lock.get())) {
            String found = key.id();
            key.close();
            throw new VaultException("the storage key " + file.path() + " (key id " + found + ") is not the one that "
                    + database.name() + " was encrypted with (key id " + lock.get().keyId
                    + "). Put the right key back, or move the database away and add the agents again");
        }
        return key;
    }

    private StorageKey bind() throws VaultException {
        boolean made = !file.exists();
        if (made && !file.ours()) {
            throw new VaultException("the credential " + file.path() + " is gone");
        }
        StorageKey key = made ? StorageKey.generate(random) : file.read(random);
        if (made) {
            file.write(key);
            LOG.info(
                    "made the storage key {} (key id {}); shares at rest are encrypted with it", file.path(), key.id());
        }
        database.write(handle -> insertLock(handle, key));
        return key;
    }

    /**
     * Encrypts everything anew with another key. The service must not be running. When this is interrupted, the next
     * start or rotation finds either the old state or the new one.
     *
     * @param replacement the key to change to, already in place as the next credential; empty makes a new one
     * @return the id of the new key
     */
    public String rotate(Optional<StorageKeyFile> replacement) throws VaultException {
        if (!file.ours() && replacement.isEmpty()) {
            throw new VaultException("the storage key is the credential " + file.path()
                    + ", which only systemd can change: write 32 random bytes to a file, name it with --new-key, and"
                    + " make it the credential afterwards");
        }
        try (StorageKey old = open();
                StorageKey next =
                        replacement.isPresent() ? replacement.get().read(random) : StorageKey.generate(random)) {
            if (file.ours()) {
                file.next().write(next);
            }
            List<Sealed> rows = database.read(Vault::sealed);
            List<Sealed> anew = new java.util.ArrayList<>(rows.size());
            for (Sealed row : rows) {
                anew.add(new Sealed(
                        row.number,
                        row.owner,
                        reseal(old, next, row.owner, "v", row.v),
                        reseal(old, next, row.owner, "revocation_key", row.revocationKey)));
            }
            database.write(handle -> {
                for (Sealed row : anew) {
                    handle.execute(
                            "UPDATE agent SET v = ?, revocation_key = ? WHERE number = ?",
                            row.v,
                            row.revocationKey,
                            row.number);
                }
                handle.execute("DELETE FROM vault");
                return insertLock(handle, next);
            });
            if (file.ours()) {
                install();
            }
            return next.id();
        }
    }

    private static byte @Nullable [] reseal(
            StorageKey old, StorageKey next, String owner, String column, byte @Nullable [] sealed)
            throws VaultException {
        if (sealed == null) {
            return null;
        }
        try (SecretBytes plain = old.open(sealed, owner, column)) {
            return next.seal(plain, owner, column);
        }
    }

    /** A rotation that was interrupted after its commit has left the right key beside the old one. */
    private void finishRotation(Lock lock) throws VaultException {
        StorageKeyFile next = file.next();
        if (!file.ours() || !next.exists()) {
            return;
        }
        boolean committed;
        try (StorageKey key = next.read(random)) {
            committed = fits(key, lock);
        }
        if (committed) {
            install();
            LOG.info("finished an interrupted change of the storage key {}", file.path());
        } else {
            try {
                Files.delete(next.path());
            } catch (IOException e) {
                throw new VaultException("cannot remove " + next.path() + ": " + e.getMessage(), e);
            }
        }
    }

    private void install() throws VaultException {
        try {
            Files.move(
                    file.next().path(),
                    file.path(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            io.limelight.core.secret.PrivateFiles.forceFolder(
                    Objects.requireNonNull(file.path().toAbsolutePath().getParent()));
        } catch (IOException e) {
            throw new VaultException(
                    "the database is encrypted with the new storage key, but that cannot be moved from "
                            + file.next().path() + " to " + file.path() + ": " + e.getMessage() + ". Move it by hand",
                    e);
        }
    }

    private static boolean fits(StorageKey key, Lock lock) {
        if (!key.id().equals(lock.keyId)) {
            return false;
        }
        try (SecretBytes proof = key.open(lock.proof, PROOF_OWNER, PROOF_COLUMN)) {
            return proof.length() > 0;
        } catch (VaultException e) {
            LOG.debug("the proof does not open", e);
            return false;
        }
    }

    private Optional<Lock> lock() {
        return database.read(handle -> handle.createQuery("SELECT key_id, proof FROM vault")
                .map((row, _) -> new Lock(row.getString(1), row.getBytes(2)))
                .findOne());
    }

    private static int insertLock(Handle handle, StorageKey key) {
        try (SecretBytes proof = SecretBytes.copyOf(key.id().getBytes(StandardCharsets.US_ASCII))) {
            return handle.execute(
                    "INSERT INTO vault (\"only\", key_id, proof) VALUES (1, ?, ?)",
                    key.id(),
                    key.seal(proof, PROOF_OWNER, PROOF_COLUMN));
        }
    }

    private static List<Sealed> sealed(Handle handle) {
        return handle.createQuery("SELECT number, agent_id, " + String.join(", ", COLUMNS)
                        + " FROM agent WHERE v IS NOT NULL OR revocation_key IS NOT NULL")
                .map((row, _) -> new Sealed(row.getLong(1), row.getString(2), row.getBytes(3), row.getBytes(4)))
                .list();
    }
}

package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.core.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Passphrases of keys and imported private keys, each sealed by AES-256-GCM under a random key, which is sealed under a key that
 * Argon2id makes of the person's passphrase. A secret is bound to its profile and name: moved to another row it does not open.
 * Unlocked once a run; {@link #close} locks it.
 */
public final class Vault implements AutoCloseable {
    /** Name of the secret: passphrase of the client's key, UTF-8. */
    public static final String CLIENT_KEY_PASSPHRASE = "client-key-passphrase";

    /** Name of the secret: the client's key, PEM. */
    public static final String CLIENT_KEY = "client-key";

    /** The largest secret: a private key with its comments. */
    public static final int LARGEST = 64 * 1024;

    private static final int KEY = 32;
    private static final int SALT = 16;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] KEY_LABEL = "limelight console vault 1".getBytes(StandardCharsets.US_ASCII);

    private final RecordStore store;
    private final SecureRandom random;
    private final VaultCost cost;
    private @Nullable SecretBytes key;

    Vault(RecordStore store, SecureRandom random, VaultCost cost) {
        this.store = store;
        this.random = random;
        this.cost = cost;
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Sealed(byte[] nonce, byte[] bytes) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Lock(byte[] salt, VaultCost cost, Sealed key) {}

    /** Whether there is one. */
    public boolean exists() throws ProblemException {
        return lock().isPresent();
    }

    /** Whether it is open. */
    public synchronized boolean unlocked() {
        return key != null;
    }

    /**
     * Makes one, and unlocks it.
     *
     * @param passphrase stays the caller's
     * @throws ProblemException if there is one, or the passphrase is empty
     */
    public synchronized void create(SecretBytes passphrase) throws ProblemException {
        if (passphrase.length() == 0) {
            throw problem("records.vault-empty", null);
        }
        SecretBytes fresh = SecretBytes.random(KEY, random);
        Lock lock = sealed(fresh, passphrase);
        boolean made = store.write(handle -> handle.execute(
                        "INSERT OR IGNORE INTO vault (one, salt, memory_kib, iterations, parallelism, nonce, sealed_key)"
                                + " VALUES (1, ?, ?, ?, ?, ?, ?)",
                        lock.salt(),
                        lock.cost().memoryKib(),
                        lock.cost().iterations(),
                        lock.cost().parallelism(),
                        lock.key().nonce(),
                        lock.key().bytes())
                == 1);
        if (!made) {
            fresh.close();
            throw problem("records.vault-exists", null);
        }
        open(fresh);
    }

    /**
     * Unlocks it.
     *
     * @param passphrase stays the caller's
     * @throws ProblemException for a wrong passphrase ({@code records.vault-wrong}), or where there is none
     */
    public synchronized void unlock(SecretBytes passphrase) throws ProblemException {
        open(opened(lock().orElseThrow(() -> problem("records.vault-none", null)), passphrase));
    }

    /** Changes the passphrase; secrets stay as they are. */
    public synchronized void changePassphrase(SecretBytes former, SecretBytes next) throws ProblemException {
        if (next.length() == 0) {
            throw problem("records.vault-empty", null);
        }
        SecretBytes opened = opened(lock().orElseThrow(() -> problem("records.vault-none", null)), former);
        Lock lock = sealed(opened, next);
        store.write(handle -> handle.execute(
                "UPDATE vault SET salt = ?, memory_kib = ?, iterations = ?, parallelism = ?, nonce = ?, sealed_key = ?",
                lock.salt(),
                lock.cost().memoryKib(),
                lock.cost().iterations(),
                lock.cost().parallelism(),
                lock.key().nonce(),
                lock.key().bytes()));
        open(opened);
    }

    /** Gives up everything in it, for who has forgotten the passphrase. */
    public synchronized void destroy() throws ProblemException {
        store.write(handle -> handle.execute("DELETE FROM secret") + handle.execute("DELETE FROM vault"));
        close();
    }

    /**
     * Keeps a secret.
     *
     * @param secret stays the caller's
     */
    public synchronized void put(long profile, String name, SecretBytes secret) throws ProblemException {
        if (secret.length() > LARGEST) {
            throw problem("records.vault-large", null);
        }
        Sealed sealed = seal(requireOpen(), label(profile, name), secret);
        store.write(handle -> handle.execute(
                "INSERT INTO secret (profile, name, nonce, sealed) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (profile, name) DO UPDATE SET nonce = excluded.nonce, sealed = excluded.sealed",
                profile,
                name,
                sealed.nonce(),
                sealed.bytes()));
    }

    /** A secret, in a holder for the caller to close. */
    public synchronized Optional<SecretBytes> get(long profile, String name) throws ProblemException {
        SecretBytes open = requireOpen();
        Optional<Sealed> sealed = store.read(handle -> handle.createQuery(
                        "SELECT nonce, sealed FROM secret WHERE profile = :profile AND name = :name")
                .bind("profile", profile)
                .bind("name", name)
                .map((row, _) -> new Sealed(row.getBytes(1), row.getBytes(2)))
                .findOne());
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(unseal(open, label(profile, name), sealed.get()));
        } catch (GeneralSecurityException e) {
            throw problem("records.vault-damaged", e);
        }
    }

    /** Forgets a secret; needs no unlocking. */
    public void remove(long profile, String name) throws ProblemException {
        store.write(handle -> handle.execute("DELETE FROM secret WHERE profile = ? AND name = ?", profile, name));
    }

    /** Locks it: the key is overwritten. */
    @Override
    public synchronized void close() {
        if (key != null) {
            key.close();
            key = null;
        }
    }

    private void open(SecretBytes opened) {
        close();
        key = opened;
    }

    private SecretBytes requireOpen() throws ProblemException {
        if (key == null) {
            throw problem("records.vault-locked", null);
        }
        return key;
    }

    private Optional<Lock> lock() throws ProblemException {
        return store.read(handle -> handle.createQuery(
                        "SELECT salt, memory_kib, iterations, parallelism, nonce, sealed_key FROM vault")
                .map((row, _) -> new Lock(
                        row.getBytes(1),
                        new VaultCost(row.getInt(2), row.getInt(3), row.getInt(4)),
                        new Sealed(row.getBytes(5), row.getBytes(6))))
                .findOne());
    }

    private Lock sealed(SecretBytes secretKey, SecretBytes passphrase) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        try (SecretBytes outer = derive(passphrase, salt, cost)) {
            return new Lock(salt, cost, seal(outer, KEY_LABEL, secretKey));
        }
    }

    private SecretBytes opened(Lock lock, SecretBytes passphrase) throws ProblemException {
        if (!lock.cost().bearable() || lock.salt().length != SALT) {
            throw problem("records.vault-damaged", null);
        }
        try (SecretBytes outer = derive(passphrase, lock.salt(), lock.cost())) {
            SecretBytes opened = unseal(outer, KEY_LABEL, lock.key());
            if (opened.length() != KEY) {
                opened.close();
                throw problem("records.vault-damaged", null);
            }
            return opened;
        } catch (AEADBadTagException e) {
            throw problem("records.vault-wrong", null);
        } catch (GeneralSecurityException e) {
            throw problem("records.vault-damaged", e);
        }
    }

    private static SecretBytes derive(SecretBytes passphrase, byte[] salt, VaultCost cost) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withSalt(salt)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .build());
        byte[] derived = new byte[KEY];
        passphrase.use(bytes -> argon2.generateBytes(bytes, derived));
        return SecretBytes.adopt(derived);
    }

    private static byte[] label(long profile, String name) {
        return ("limelight console secret 1 " + profile + " " + name).getBytes(StandardCharsets.UTF_8);
    }

    private Sealed seal(SecretBytes with, byte[] label, SecretBytes secret) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = with.apply(bytes -> secret.apply(plain -> {
            try {
                return cipher(Cipher.ENCRYPT_MODE, bytes, nonce, label).doFinal(plain);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every JDK has AES-GCM", e);
            }
        }));
        return new Sealed(nonce, sealed);
    }

    private static SecretBytes unseal(SecretBytes with, byte[] label, Sealed sealed) throws GeneralSecurityException {
        if (sealed.nonce().length != NONCE) {
            throw new GeneralSecurityException("a nonce of " + sealed.nonce().length + " bytes");
        }
        // A checked exception does not leave the loan of the key, so the key is copied for the length of this call.
        byte[] copy = with.apply(byte[]::clone);
        try {
            return SecretBytes.adopt(
                    cipher(Cipher.DECRYPT_MODE, copy, sealed.nonce(), label).doFinal(sealed.bytes()));
        } finally {
            java.util.Arrays.fill(copy, (byte) 0);
        }
    }

    private static Cipher cipher(int mode, byte[] secretKey, byte[] nonce, byte[] label)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(secretKey, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(label);
        return cipher;
    }

    private ProblemException problem(String code, @Nullable Throwable cause) {
        return Problems.thrown(store.words(), code, cause);
    }
}

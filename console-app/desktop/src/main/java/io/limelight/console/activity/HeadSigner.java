package io.limelight.console.activity;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Vault;
import io.limelight.core.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * Signs the end of a profile's record with an Ed25519 key that is made once and kept in the vault. While the vault is locked, or there is
 * none, or the profile is not kept, nothing is signed: the record goes on and says so.
 */
public final class HeadSigner {
    /** Name of the secret: the seed of the key, 32 bytes. */
    static final String SECRET = "activity-signing-key";

    private static final int SEED = 32;

    private final Vault vault;
    private final long profile;
    private final SecureRandom random;
    private final ReentrantLock making = new ReentrantLock();

    /**
     * Of a profile.
     *
     * @param profile its number; 0: it is not kept, and nothing is signed
     */
    public HeadSigner(Vault vault, long profile, SecureRandom random) {
        this.vault = vault;
        this.profile = profile;
        this.random = random;
    }

    /** Whether it can sign now. */
    public boolean ready() {
        return profile != 0 && vault.unlocked();
    }

    /** Whether it ever could. */
    public boolean kept() {
        return profile != 0;
    }

    /** The end of the record, signed; empty where it cannot be. */
    public Optional<SignedHead> sign(long sequence, String hash, String at) throws ProblemException {
        Optional<SecretBytes> seed = seed(true);
        if (seed.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes secret = seed.get()) {
            return Optional.of(secret.apply(bytes -> {
                Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(bytes, 0);
                String publicKey =
                        HexFormat.of().formatHex(key.generatePublicKey().getEncoded());
                Ed25519Signer signer = new Ed25519Signer();
                signer.init(true, key);
                byte[] message = SignedHead.message(profile, sequence, hash, at);
                signer.update(message, 0, message.length);
                return new SignedHead(
                        profile, sequence, hash, at, publicKey, HexFormat.of().formatHex(signer.generateSignature()));
            }));
        }
    }

    /** The public key as the vault has it, hex; empty while it cannot be asked, or before anything was signed. */
    public Optional<String> publicKey() throws ProblemException {
        Optional<SecretBytes> seed = seed(false);
        if (seed.isEmpty()) {
            return Optional.empty();
        }
        try (SecretBytes secret = seed.get()) {
            return Optional.of(secret.apply(bytes -> HexFormat.of()
                    .formatHex(new Ed25519PrivateKeyParameters(bytes, 0)
                            .generatePublicKey()
                            .getEncoded())));
        }
    }

    private Optional<SecretBytes> seed(boolean make) throws ProblemException {
        if (!ready()) {
            return Optional.empty();
        }
        making.lock();
        try {
            Optional<SecretBytes> kept = vault.get(profile, SECRET);
            if (kept.isPresent() && kept.get().length() == SEED) {
                return kept;
            }
            kept.ifPresent(SecretBytes::close);
            if (!make) {
                return Optional.empty();
            }
            SecretBytes fresh = SecretBytes.random(SEED, random);
            vault.put(profile, SECRET, fresh);
            return Optional.of(fresh);
        } finally {
            making.unlock();
        }
    }
}

package io.limelight.console.ca;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Vault;
import io.limelight.core.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Optional;

/** Passwords in the vault, each bound to its profile and its folder. */
public final class VaultPasswords implements CaPasswords {
    private static final String PREFIX = "ca-password ";

    private final Vault vault;
    private final long profile;

    /** Of a profile that is kept. */
    public VaultPasswords(Vault vault, long profile) {
        this.vault = vault;
        this.profile = profile;
    }

    @Override
    public boolean possible() {
        return profile != 0 && vault.unlocked();
    }

    @Override
    public Optional<SecretBytes> get(Path folder) throws ProblemException {
        return possible() ? vault.get(profile, name(folder)) : Optional.empty();
    }

    @Override
    public void keep(Path folder, SecretBytes password) throws ProblemException {
        vault.put(profile, name(folder), password);
    }

    @Override
    public void forget(Path folder) throws ProblemException {
        vault.remove(profile, name(folder));
    }

    private static String name(Path folder) {
        return PREFIX + folder.toAbsolutePath().normalize();
    }
}

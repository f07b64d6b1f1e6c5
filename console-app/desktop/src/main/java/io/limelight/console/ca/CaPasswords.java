package io.limelight.console.ca;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Optional;

/** Passwords of keystores that are kept where a person asked for it. All of it blocks. */
public interface CaPasswords {
    /** Whether any can be kept now. Never blocks. */
    boolean possible();

    /** The password that is kept for a folder; the caller closes it. */
    Optional<SecretBytes> get(Path folder) throws ProblemException;

    /** Keeps one; it stays the caller's. */
    void keep(Path folder, SecretBytes password) throws ProblemException;

    /** Forgets it. */
    void forget(Path folder) throws ProblemException;

    /** Keeps none. */
    static CaPasswords none() {
        return new CaPasswords() {
            @Override
            public boolean possible() {
                return false;
            }

            @Override
            public Optional<SecretBytes> get(Path folder) {
                return Optional.empty();
            }

            @Override
            public void keep(Path folder, SecretBytes password) {}

            @Override
            public void forget(Path folder) {}
        };
    }
}

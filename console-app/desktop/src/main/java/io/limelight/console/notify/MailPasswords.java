package io.limelight.console.notify;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.secret.SecretBytes;
import java.util.Optional;

/** Keeps the password of the mail server. All block. */
public interface MailPasswords {
    /** Keeps nothing. */
    MailPasswords NONE = new MailPasswords() {
        @Override
        public boolean possible() {
            return false;
        }

        @Override
        public Optional<SecretBytes> get() {
            return Optional.empty();
        }

        @Override
        public void keep(SecretBytes password) {
            throw new IllegalStateException("there is no place for it");
        }

        @Override
        public void forget() {}
    };

    /** Whether there is a place for it, and it is open. */
    boolean possible();

    /** The password, for the caller to close; empty: none is kept. */
    Optional<SecretBytes> get() throws ProblemException;

    /** Keeps it; it stays the caller's. */
    void keep(SecretBytes password) throws ProblemException;

    /** Forgets it. */
    void forget() throws ProblemException;
}

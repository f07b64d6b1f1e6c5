package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;

/** Gives the password of a keystore when it is needed, which it is only if something has to be written. */
@FunctionalInterface
public interface PasswordSource {
    /**
     * The password; the caller closes it.
     *
     * @param fresh whether a new keystore will be made with it, so that a person is asked twice
     * @throws CaException if there is none to be had
     */
    SecretBytes get(boolean fresh) throws CaException;
}

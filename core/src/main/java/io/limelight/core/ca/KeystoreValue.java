package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.util.List;

/** What a member of the keystore can be. */
sealed interface KeystoreValue {
    /** {@code !!binary}: a private key in PEM. */
    record Binary(SecretBytes bytes) implements KeystoreValue {}

    /** An integer. */
    record Whole(BigInteger number) implements KeystoreValue {}

    /** A string. */
    record Text(String text) implements KeystoreValue {}

    /** A list of strings. */
    record Texts(List<String> texts) implements KeystoreValue {
        public Texts {
            texts = List.copyOf(texts);
        }
    }
}

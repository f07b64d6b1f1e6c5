package io.limelight.core.ca;

import io.limelight.core.tls.KeyPairs;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECKey;
import java.util.Locale;
import java.util.Optional;

/** The kinds of keys that a CA and its machines can have. */
public sealed interface KeyKind {
    /** All words of {@link #named}, for a message. */
    String WORDS = "rsa2048, rsa3072, p256, p384";

    /** A new key. */
    KeyPair make(SecureRandom random);

    /** Whether Keylime's own tools can issue and revoke with a CA key of this kind (certificate reference §1.7). */
    boolean sharedWithKeylime();

    /** RSA with exponent 65537; what Keylime's tools know. */
    record Rsa(int bits) implements KeyKind {
        @Override
        public KeyPair make(SecureRandom random) {
            return KeyPairs.rsa(bits, random);
        }

        @Override
        public boolean sharedWithKeylime() {
            return true;
        }
    }

    /** ECDSA over a curve of NIST. */
    enum Curve implements KeyKind {
        P256,
        P384;

        @Override
        public KeyPair make(SecureRandom random) {
            return this == P256 ? KeyPairs.p256(random) : KeyPairs.p384(random);
        }

        @Override
        public boolean sharedWithKeylime() {
            return false;
        }
    }

    /** The kind of that word, in any case. */
    static Optional<KeyKind> named(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "rsa2048" -> Optional.of(new Rsa(2048));
            case "rsa3072" -> Optional.of(new Rsa(3072));
            case "p256" -> Optional.of(Curve.P256);
            case "p384" -> Optional.of(Curve.P384);
            default -> Optional.empty();
        };
    }

    /**
     * What the machines of a CA get: the kind of its own key.
     *
     * @param rsaBits where that is RSA
     */
    static KeyKind ofMachines(PublicKey authority, int rsaBits) {
        if (authority instanceof ECKey curve) {
            return curve.getParams().getCurve().getField().getFieldSize() > 256 ? Curve.P384 : Curve.P256;
        }
        return new Rsa(rsaBits);
    }
}

package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.Arrays;

/** An identity as browsers, Windows and NSS take it: one PKCS#12 file (RFC 7292) with key, certificate and CA certificate. */
public final class Pkcs12 {
    private Pkcs12() {}

    /**
     * Encodes.
     *
     * @param password encrypts it (AES-256, HMAC-SHA-256); at least one character
     */
    public static byte[] encode(MachineIdentity identity, SecretBytes password) throws CaException {
        if (password.length() == 0) {
            throw new CaException("a PKCS#12 file needs a password of its own; an empty one protects nothing");
        }
        PrivateKey key = PrivateKeys.parse(identity.key(), "the private key of " + identity.name());
        CharBuffer decoded = password.apply(utf8 -> StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8)));
        char[] characters = Arrays.copyOf(decoded.array(), decoded.limit());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(identity.name().value(), key, characters, new Certificate[] {
                identity.certificate(), identity.authority()
            });
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, characters);
            return out.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every JDK writes PKCS#12", e);
        } finally {
            Arrays.fill(characters, '\0');
            Arrays.fill(decoded.array(), '\0');
        }
    }
}

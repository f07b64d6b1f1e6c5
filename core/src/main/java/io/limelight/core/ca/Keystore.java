package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code private.yml}: the keys of a CA, the last serial number and what is revoked, encrypted under a password.
 *
 * <p>Two members are ours: dates and reasons of revocations, and the number of the last CRL. Keylime keeps what it does not
 * know; their names start with a dot, so that no certificate can be called the same.
 */
final class Keystore implements AutoCloseable {
    private static final String CA = "ca";
    private static final String LAST_SERIAL = "lastserial";
    private static final String REVOKED = "revoked_keys";
    private static final String OUR_REVOCATIONS = ".limelight-revocations";
    private static final String OUR_CRL_NUMBER = ".limelight-crl-number";

    private static final int SALT = 32;

    /** Tens of thousands of identities; read as a whole. */
    private static final long MAX_SIZE = 128L << 20;

    private final SecretBytes key;
    private final String salt;
    private final SortedMap<String, KeystoreValue> values;
    private final String origin;

    private Keystore(SecretBytes key, String salt, SortedMap<String, KeystoreValue> values, String origin) {
        this.key = key;
        this.salt = salt;
        this.values = values;
        this.origin = origin;
    }

    /** An empty one with a salt of its own. */
    static Keystore fresh(SecretBytes password, SecureRandom random) {
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        String text = Base64.getEncoder().encodeToString(salt);
        SortedMap<String, KeystoreValue> values = new TreeMap<>();
        values.put(REVOKED, new KeystoreValue.Texts(List.of()));
        values.put(LAST_SERIAL, new KeystoreValue.Whole(BigInteger.ONE));
        return new Keystore(KeystoreCipher.deriveKey(password, text), text, values, CaFiles.KEYSTORE);
    }

    /**
     * Reads and decrypts.
     *
     * @throws CaException if it is not there, no keystore, or the password is another one
     */
    static Keystore open(Path file, SecretBytes password) throws CaException {
        return parse(read(file), file, password);
    }

    /** The same of a content that was read already; {@code file} is what it is called in sentences. */
    static Keystore parse(byte[] content, Path file, SecretBytes password) throws CaException {
        SortedMap<String, KeystoreValue> outer = KeystoreYaml.parse(content, file.toString());
        try {
            if (!(outer.get("priv") instanceof KeystoreValue.Binary(SecretBytes sealed))
                    || !(outer.get("salt") instanceof KeystoreValue.Text(String salt))) {
                throw new CaException(
                        file + " is no keystore: it has no \"priv\" and \"salt\"; restore it from a backup");
            }
            return decrypt(file, password, sealed, salt);
        } finally {
            KeystoreYaml.close(outer);
        }
    }

    private static Keystore decrypt(Path file, SecretBytes password, SecretBytes sealed, String salt)
            throws CaException {
        byte[] container;
        try {
            container = sealed.apply(Base64.getMimeDecoder()::decode);
        } catch (IllegalArgumentException e) {
            throw new CaException(file + ": \"priv\" is not base64; restore the file from a backup", e);
        }
        SecretBytes key = KeystoreCipher.deriveKey(password, salt);
        boolean opened = false;
        try (SecretBytes plain = KeystoreCipher.open(key, container)
                .orElseThrow(() -> new CaException("wrong password for the keystore " + file
                        + " (or the file was damaged); try again with the password it was made with"))) {
            byte[] copy = plain.apply(byte[]::clone);
            try {
                Keystore keystore =
                        new Keystore(key, salt, KeystoreYaml.parse(copy, file + " (decrypted)"), file.toString());
                opened = true;
                return keystore;
            } finally {
                Arrays.fill(copy, (byte) 0);
            }
        } finally {
            if (!opened) {
                key.close();
            }
        }
    }

    private static byte[] read(Path file) throws CaException {
        try {
            if (Files.size(file) > MAX_SIZE) {
                throw new CaException(file + " is larger than " + MAX_SIZE + " bytes, no keystore is");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CaException(file + " cannot be read: " + FileTrouble.whyUnread(e), e);
        }
    }

    /** The file's new content: the same salt, a fresh IV. */
    byte[] sealed(SecureRandom random) {
        return sealed(key, salt, random);
    }

    /** The file's new content under another password, with a salt of its own. */
    byte[] sealedUnder(SecretBytes password, SecureRandom random) {
        byte[] raw = new byte[SALT];
        random.nextBytes(raw);
        String other = Base64.getEncoder().encodeToString(raw);
        try (SecretBytes derived = KeystoreCipher.deriveKey(password, other)) {
            return sealed(derived, other, random);
        }
    }

    private byte[] sealed(SecretBytes key, String salt, SecureRandom random) {
        try (SecretBytes plain = KeystoreYaml.write(values);
                SecretBytes container = SecretBytes.adopt(KeystoreCipher.seal(key, plain, random))) {
            SortedMap<String, KeystoreValue> outer = new TreeMap<>();
            outer.put("priv", new KeystoreValue.Binary(container));
            outer.put("salt", new KeystoreValue.Text(salt));
            try (SecretBytes text = KeystoreYaml.write(outer)) {
                return text.apply(byte[]::clone);
            }
        }
    }

    /** The CA's key. */
    PrivateKey caKey() throws CaException {
        if (!(values.get(CA) instanceof KeystoreValue.Binary(SecretBytes pem)) || pem.length() == 0) {
            throw new CaException(origin + " holds no CA key; restore it from a backup");
        }
        return PrivateKeys.parse(pem, origin + ", CA key");
    }

    /** The key of an issued certificate as it was written; empty if there is none. The caller closes it. */
    Optional<SecretBytes> key(CaName name) {
        return values.get(name.value()) instanceof KeystoreValue.Binary(SecretBytes pem) && pem.length() > 0
                ? Optional.of(pem.copy())
                : Optional.empty();
    }

    void caKey(byte[] pem) {
        put(CA, pem);
    }

    /** The key of an issued certificate, under its name. */
    void key(CaName name, byte[] pem) {
        put(name.value(), pem);
    }

    private void put(String member, byte[] pem) {
        KeystoreValue before = values.put(member, new KeystoreValue.Binary(SecretBytes.copyOf(pem)));
        if (before != null) {
            KeystoreYaml.close(Map.of(member, before));
        }
    }

    BigInteger lastSerial() throws CaException {
        if (values.get(LAST_SERIAL) instanceof KeystoreValue.Whole(BigInteger number) && number.signum() > 0) {
            return number;
        }
        throw new CaException(origin + " has no usable \"lastserial\"; restore it from a backup");
    }

    void lastSerial(BigInteger serial) {
        values.put(LAST_SERIAL, new KeystoreValue.Whole(serial));
    }

    /** What is revoked, in that order. */
    Set<BigInteger> revoked() throws CaException {
        Set<BigInteger> serials = new LinkedHashSet<>();
        if (values.get(REVOKED) instanceof KeystoreValue.Texts(List<String> texts)) {
            for (String text : texts) {
                serials.add(number(text));
            }
        }
        return serials;
    }

    /** Date and reason of what we revoked ourselves. */
    Map<BigInteger, Revocation> recorded() throws CaException {
        Map<BigInteger, Revocation> recorded = new LinkedHashMap<>();
        if (values.get(OUR_REVOCATIONS) instanceof KeystoreValue.Texts(List<String> texts)) {
            // Those of one command have one time, and there are a hundred thousand of them.
            Map<String, Instant> times = new HashMap<>();
            for (String text : texts) {
                int first = text.indexOf(' ');
                int second = text.indexOf(' ', first + 1);
                if (first < 0 || second < 0) {
                    throw unreadable(null);
                }
                BigInteger serial = number(text.substring(0, first));
                Instant at;
                try {
                    at = times.computeIfAbsent(text.substring(first + 1, second), Instant::parse);
                } catch (DateTimeException e) {
                    throw unreadable(e);
                }
                recorded.put(
                        serial,
                        new Revocation(
                                serial,
                                at,
                                RevocationReason.named(text.substring(second + 1))
                                        .orElse(RevocationReason.UNSPECIFIED)));
            }
        }
        return recorded;
    }

    private CaException unreadable(@Nullable DateTimeException cause) {
        return new CaException(
                origin + ": \"" + OUR_REVOCATIONS + "\" is not readable; restore the file from a backup", cause);
    }

    /** Writes both lists, Keylime's and ours. */
    void revoked(List<Revocation> revocations) {
        List<String> serials = new ArrayList<>();
        List<String> recorded = new ArrayList<>();
        for (Revocation revocation : revocations) {
            serials.add(revocation.serial().toString());
            recorded.add(revocation.serial() + " " + revocation.at() + " "
                    + revocation.reason().word());
        }
        values.put(REVOKED, new KeystoreValue.Texts(serials));
        values.put(OUR_REVOCATIONS, new KeystoreValue.Texts(recorded));
    }

    /** Number of the last CRL, 0 before the first. */
    BigInteger crlNumber() {
        return values.get(OUR_CRL_NUMBER) instanceof KeystoreValue.Whole(BigInteger number) ? number : BigInteger.ZERO;
    }

    void crlNumber(BigInteger number) {
        values.put(OUR_CRL_NUMBER, new KeystoreValue.Whole(number));
    }

    private BigInteger number(String text) throws CaException {
        boolean digits = !text.isEmpty() && text.length() <= 60;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw new CaException(origin + ": a revoked serial number is no number; restore the file from a backup");
        }
        return new BigInteger(text);
    }

    @Override
    public void close() {
        key.close();
        KeystoreYaml.close(values);
    }
}

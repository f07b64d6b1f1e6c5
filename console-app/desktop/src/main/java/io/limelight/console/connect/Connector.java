package io.limelight.console.connect;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Vault;
import io.limelight.console.words.Words;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes of a profile, with what the vault keeps for it, settings to connect with. */
public final class Connector {
    private final ConnectionReader reader;
    private final Vault vault;
    private final Words words;

    /** Opens nothing yet. */
    public Connector(ConnectionReader reader, Vault vault, Words words) {
        this.reader = reader;
        this.vault = vault;
        this.words = words;
    }

    /**
     * Of a profile that is kept.
     *
     * @throws ProblemException also where the vault is locked that has its key ({@code records.vault-locked})
     */
    public Connection connection(Profile profile) throws ProblemException {
        Connection connection = reader.read(profile.source());
        if (profile.key() == KeyKeeping.FILE) {
            return connection;
        }
        if (!vault.unlocked()) {
            throw Problems.thrown(words, "records.vault-locked", null);
        }
        return switch (profile.key()) {
            case FILE -> connection;
            case PASSPHRASE_IN_VAULT ->
                with(connection, new Encrypted(connection, secret(profile, Vault.CLIENT_KEY_PASSPHRASE)));
            case KEY_IN_VAULT -> with(connection, new Imported(connection, secret(profile, Vault.CLIENT_KEY)));
        };
    }

    /** Of addresses and keys that are not kept; the passphrase is asked for each time the key is read. */
    public Connection connection(ProfileSource source, Supplier<Optional<SecretBytes>> passphrase)
            throws ProblemException {
        Connection connection = reader.read(source);
        return with(connection, () -> {
            Optional<SecretBytes> word = passphrase.get();
            try {
                return word.isPresent()
                        ? withPassphrase(connection, word.get())
                        : KeyMaterial.read(connection.clientKey(), connection.clientCertificate(), new char[0]);
            } finally {
                word.ifPresent(SecretBytes::close);
            }
        });
    }

    private Supplier<Optional<SecretBytes>> secret(Profile profile, String name) {
        return () -> {
            try {
                return vault.get(profile.id(), name);
            } catch (ProblemException e) {
                return Optional.empty();
            }
        };
    }

    private static Connection with(Connection connection, TlsFiles.OwnIdentity identity) {
        return new Connection(
                connection.settings().with(identity),
                connection.clientKey(),
                connection.clientCertificate(),
                connection.trusted(),
                connection.warnings());
    }

    private record Encrypted(Connection connection, Supplier<Optional<SecretBytes>> secret)
            implements TlsFiles.OwnIdentity {
        @Override
        public KeyMaterial read() throws TlsSetupException {
            try (SecretBytes word = secret.get()
                    .orElseThrow(() -> new TlsSetupException("the vault holds no passphrase for this key"))) {
                return withPassphrase(connection, word);
            }
        }
    }

    private record Imported(Connection connection, Supplier<Optional<SecretBytes>> secret)
            implements TlsFiles.OwnIdentity {
        @Override
        public KeyMaterial read() throws TlsSetupException {
            try (SecretBytes pem =
                    secret.get().orElseThrow(() -> new TlsSetupException("the vault holds no key for this profile"))) {
                // The parser of keys takes text; it is gone with the next collection.
                String text = pem.apply(bytes -> new String(bytes, StandardCharsets.US_ASCII));
                return KeyMaterial.of(
                        PemFiles.parsePrivateKey(text, new char[0], "the key in the vault"),
                        connection.clientCertificate());
            }
        }
    }

    private static KeyMaterial withPassphrase(Connection connection, SecretBytes word) throws TlsSetupException {
        Path key = connection.clientKey();
        CharBuffer characters = word.apply(bytes -> StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes)));
        char[] password = Arrays.copyOfRange(characters.array(), 0, characters.limit());
        try {
            return KeyMaterial.read(key, connection.clientCertificate(), password);
        } finally {
            Arrays.fill(password, '\0');
            Arrays.fill(characters.array(), '\0');
        }
    }
}

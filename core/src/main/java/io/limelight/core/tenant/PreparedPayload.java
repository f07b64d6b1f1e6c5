package io.limelight.core.tenant;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyFile;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.PayloadFolder;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A key, its shares and the payload it opens, ready to be sent. The plaintext is read, sealed and cleared; what is kept is
 * cleared when closed.
 */
final class PreparedPayload implements AutoCloseable {
    /** Three lines of 44 characters, with room for line ends. */
    private static final int MAX_KEY_FILE = 1024;

    private final BootstrapKey key;
    private final BootstrapKey.Shares shares;
    private final Optional<String> sealed;
    private final String description;
    private final Optional<Revocable> revocable;
    private final Delivered delivered;

    private PreparedPayload(
            BootstrapKey key,
            BootstrapKey.Shares shares,
            Optional<String> sealed,
            String description,
            Optional<Revocable> revocable,
            Delivered delivered) {
        this.key = key;
        this.shares = shares;
        this.sealed = sealed;
        this.description = description;
        this.revocable = revocable;
        this.delivered = delivered;
    }

    private static Delivered sent(PackedContents contents) {
        return new Delivered(contents, Optional.empty(), List.of());
    }

    /**
     * What lets a verifier tell everybody that the machine's certificate is not to be trusted any more.
     *
     * @param key of the notifier, PEM
     * @param metadata JSON text: which certificate
     */
    record Revocable(SecretBytes key, String metadata) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
        }
    }

    /** Reads and seals; empty if there is nothing to send. */
    static Optional<PreparedPayload> prepare(PayloadChoice choice, int maxPayload, SecureRandom random)
            throws TenantException {
        try {
            return switch (choice) {
                case PayloadChoice.None none -> Optional.empty();
                case PayloadChoice.PlainFile plain -> Optional.of(seal(plain.file(), maxPayload, random));
                case PayloadChoice.Folder folder -> Optional.of(seal(folder, maxPayload, random));
                case PayloadChoice.ExistingKey existing -> Optional.of(existing(existing, maxPayload));
                case PayloadChoice.WithCertificate _ ->
                    throw new IllegalStateException("a package is made by PackageAssembly, once the machine is known");
            };
        } catch (PayloadException e) {
            throw new TenantException(Kind.PAYLOAD, "The payload cannot be sent: " + e.getMessage() + ".", e);
        }
    }

    private static PreparedPayload seal(Path file, int maxPayload, SecureRandom random) throws PayloadException {
        try (SecretBytes plaintext = PayloadFolder.readFile(file, SealedPayload.largestPlaintext(maxPayload))) {
            if (plaintext.length() == 0) {
                throw new PayloadException(file + " is empty");
            }
            return seal(plaintext, String.valueOf(file.getFileName()), maxPayload, random);
        }
    }

    private static PreparedPayload seal(PayloadChoice.Folder choice, int maxPayload, SecureRandom random)
            throws PayloadException {
        try (SecretBytes zip = PayloadPreview.pack(choice.folder(), SealedPayload.largestPlaintext(maxPayload))) {
            return seal(zip, choice.folder().getFileName() + ".zip", maxPayload, random);
        }
    }

    private static PreparedPayload seal(SecretBytes plaintext, String name, int maxPayload, SecureRandom random)
            throws PayloadException {
        SealedPayload.requireFits(plaintext.length(), maxPayload);
        Delivered delivered = sent(contents(name, plaintext));
        BootstrapKey key = BootstrapKey.generate(random);
        return new PreparedPayload(
                key,
                key.split(random),
                Optional.of(SealedPayload.seal(key, plaintext, random)),
                name + ", " + plaintext.length() + " bytes, encrypted under a fresh key",
                Optional.empty(),
                delivered);
    }

    /** What cannot be looked into is sent as one file all the same; machines say what they think of it. */
    private static PackedContents contents(String name, SecretBytes plaintext) {
        try {
            return PackedContents.of(name, plaintext);
        } catch (PayloadException e) {
            String whole = plaintext.apply(bytes -> HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(bytes)));
            return new PackedContents(
                    List.of(new PackedFile(name, plaintext.length(), Optional.of(whole))),
                    plaintext.length(),
                    Optional.of(whole));
        }
    }

    /** Seals a package. */
    static PreparedPayload seal(
            SecretBytes zip, String description, Revocable revocable, Delivered delivered, SecureRandom random) {
        BootstrapKey key = BootstrapKey.generate(random);
        return new PreparedPayload(
                key,
                key.split(random),
                Optional.of(SealedPayload.seal(key, zip, random)),
                description,
                Optional.of(revocable),
                delivered);
    }

    private static PreparedPayload existing(PayloadChoice.ExistingKey choice, int maxPayload) throws PayloadException {
        KeyFile.Keys keys;
        try (SecretBytes content = PayloadFolder.readFile(choice.keyFile(), MAX_KEY_FILE)) {
            keys = read(content, choice.keyFile());
        }
        boolean accepted = false;
        try {
            Optional<String> sealed = choice.sealed().isEmpty()
                    ? Optional.empty()
                    : Optional.of(sealedFile(choice.sealed().get(), keys.key(), maxPayload));
            accepted = true;
            return new PreparedPayload(
                    keys.key(),
                    keys.shares(),
                    sealed,
                    choice.sealed()
                            .map(file -> file.getFileName() + ", sealed before under the key of "
                                    + choice.keyFile().getFileName())
                            .orElse("only the key of " + choice.keyFile().getFileName() + ", no payload"),
                    Optional.empty(),
                    sent(PackedContents.NONE));
        } finally {
            if (!accepted) {
                keys.close();
            }
        }
    }

    private static KeyFile.Keys read(SecretBytes content, Path file) throws PayloadException {
        // The holder lends its array to a function that cannot throw a checked exception.
        byte[] copy = content.apply(byte[]::clone);
        try {
            return KeyFile.parse(copy, file.toString());
        } finally {
            java.util.Arrays.fill(copy, (byte) 0);
        }
    }

    /** Ciphertext, so a plain String will do; opened once, since a machine could only fail to, later and silently. */
    private static String sealedFile(Path file, BootstrapKey key, int maxPayload) throws PayloadException {
        try (SecretBytes content = PayloadFolder.readFile(file, maxPayload + 2L)) {
            String text = content.apply(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
                    .strip();
            if (text.length() > maxPayload) {
                throw new PayloadException(file + " has " + text.length() + " characters; max_payload_size is "
                        + maxPayload + "; send less or raise max_payload_size");
            }
            byte[] container;
            try {
                container = Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new PayloadException(
                        file + " is not base64 on one line, as userdata-encrypt writes it (content_payload.txt)", e);
            }
            try (SecretBytes plaintext = SealedPayload.open(key, container)) {
                if (plaintext.length() == 0) {
                    throw new PayloadException(file + " holds an empty payload");
                }
            }
            return text;
        }
    }

    BootstrapKey key() {
        return key;
    }

    SecretBytes u() {
        return shares.u();
    }

    SecretBytes v() {
        return shares.v();
    }

    Optional<String> sealed() {
        return sealed;
    }

    /** In package mode. */
    Optional<Revocable> revocable() {
        return revocable;
    }

    /** What it is, exactly. */
    Delivered delivered() {
        return delivered;
    }

    /** What it is, for people. */
    String description() {
        return description;
    }

    @Override
    public void close() {
        key.close();
        shares.close();
        revocable.ifPresent(Revocable::close);
    }
}

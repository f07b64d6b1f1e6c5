package io.limelight.cli.tenant;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyFile;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.PayloadFolder;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code limelight userdata-encrypt FILE}: what {@code keylime_userdata_encrypt} does. */
@Command(
        name = "userdata-encrypt",
        description = {
            "Encrypt FILE under a fresh key, for a payload that travels by another way than the tenant.",
            "Writes content_keys.txt (the key and its shares: secret) and content_payload.txt (the encrypted payload)",
            "into the current folder."
        },
        footer = {"", "Then: limelight tenant -c add -u ID -k content_keys.txt [-p content_payload.txt]"})
public final class UserdataEncryptCommand implements Callable<Integer> {
    /** Keylime's status of this program for a missing argument or file. */
    private static final int NO_FILE = 255;

    private static final String KEYS = "content_keys.txt";
    private static final String PAYLOAD = "content_payload.txt";

    /** Sealed it must still fit into an agent's memory; far above any max_payload_size in use. */
    private static final long MAX_FILE = 256L << 20;

    private final CliContext context;

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "The file to encrypt.")
    private List<Path> files = List.of();

    @Option(
            names = "--force",
            description =
                    "Replace content_keys.txt and content_payload.txt; a payload of the former key opens no more.")
    private boolean force;

    /** The command. */
    public UserdataEncryptCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailure {
        if (files.size() != 1) {
            throw new CommandFailure(NO_FILE, "give exactly one file to encrypt: limelight userdata-encrypt FILE");
        }
        Path file = context.workingDirectory().resolve(files.getFirst());
        requireRoom();
        SecureRandom random = new SecureRandom();
        try (SecretBytes plaintext = read(file);
                BootstrapKey key = BootstrapKey.generate(random);
                BootstrapKey.Shares shares = key.split(random);
                SecretBytes lines = KeyFile.format(key, shares)) {
            String sealed = SealedPayload.seal(key, plaintext, random);
            writeKeys(lines);
            PrivateFiles.write(context.workingDirectory().resolve(PAYLOAD), sealed.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new CommandFailure(
                    1,
                    "cannot write " + KEYS + " and " + PAYLOAD + " into " + context.workingDirectory() + ": " + e,
                    e);
        }
        context.out().println("Writing keys to " + KEYS);
        context.out().println("Writing encrypted data to " + PAYLOAD);
        return 0;
    }

    /** A key that is gone is gone with every image that was made with its payload. */
    private void requireRoom() throws CommandFailure {
        if (force) {
            return;
        }
        for (String name : List.of(KEYS, PAYLOAD)) {
            Path file = context.workingDirectory().resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CommandFailure(
                        1,
                        file
                                + " is there already, and without its key a payload cannot be opened any more; move it away,"
                                + " work in another folder, or replace it with --force");
            }
        }
    }

    private void writeKeys(SecretBytes lines) throws IOException {
        // The holder lends its array to a function that cannot throw a checked exception.
        byte[] copy = lines.apply(byte[]::clone);
        try {
            PrivateFiles.write(context.workingDirectory().resolve(KEYS), copy);
        } finally {
            java.util.Arrays.fill(copy, (byte) 0);
        }
    }

    private static SecretBytes read(Path file) throws CommandFailure {
        try {
            SecretBytes plaintext = PayloadFolder.readFile(file, MAX_FILE);
            if (plaintext.length() == 0) {
                throw new CommandFailure(NO_FILE, file + " is empty; there is nothing to encrypt");
            }
            return plaintext;
        } catch (PayloadException e) {
            throw new CommandFailure(NO_FILE, String.valueOf(e.getMessage()), e);
        }
    }
}

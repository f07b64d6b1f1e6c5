package io.limelight.cli.policy;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.policy.create.PolicyDraft;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.core.secret.FileTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/** Files that policy commands read and write: never read further than they may be long; {@code -} is input and output. */
final class PolicyFiles {
    /** The standard output by name, as scripts for Keylime's tool have it. */
    static final String STDOUT = "-";

    private final CliContext context;
    private final int unusable;

    /**
     * For a command.
     *
     * @param unusable exit status where a file cannot be used
     */
    PolicyFiles(CliContext context, int unusable) {
        this.context = context;
        this.unusable = unusable;
    }

    /**
     * The bytes of a file.
     *
     * @param what it is, for messages, such as {@code base policy}
     * @param max longest
     */
    byte[] bytes(String what, String name, int max) throws CommandFailure {
        try {
            if (name.equals("-")) {
                return bytes(what, "the input", context.in(), max);
            }
            Path file = context.workingDirectory().resolve(name);
            try (InputStream in = Files.newInputStream(file)) {
                return bytes(what, file.toString(), in, max);
            }
        } catch (NoSuchFileException e) {
            throw new CommandFailure(unusable, "The " + what + " file '" + name + "' does not seem to exist.", e);
        } catch (AccessDeniedException e) {
            throw new CommandFailure(
                    unusable, "The " + what + " '" + name + "' may not be read by this user; run as root.", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    unusable, "The " + what + " '" + name + "' cannot be read: " + FileTrouble.sentence(e) + ".", e);
        }
    }

    private byte[] bytes(String what, String origin, InputStream in, int max) throws IOException, CommandFailure {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] part = new byte[64 * 1024];
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            if (all.size() + read > max) {
                throw new CommandFailure(unusable, "The " + what + " " + origin + " is longer than " + max + " bytes.");
            }
            all.write(part, 0, read);
        }
        return all.toByteArray();
    }

    /** The text of a file, UTF-8. */
    String text(String what, String name, int max) throws CommandFailure {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(what, name, max)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandFailure(unusable, "The " + what + " '" + name + "' is no text in UTF-8.", e);
        }
    }

    /**
     * The text of a policy. One in an envelope is taken out of it, with a warning: who signed it is asked by {@code policy
     * verify}.
     */
    byte[] policy(String what, String name) throws CommandFailure {
        byte[] text = bytes(what, name, 2 * RuntimePolicyReader.MAX_BYTES);
        try {
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(text);
            if (envelope.isEmpty()) {
                return text;
            }
            context.err()
                    .println("WARNING: the " + what + " '" + name + "' is signed, and the signature is not looked at.");
            return envelope.get().payload().toByteArray();
        } catch (PolicySignatureException e) {
            throw new CommandFailure(
                    unusable, "The " + what + " '" + name + "' cannot be used: " + e.getMessage() + ".", e);
        }
    }

    /** A policy as something to change or compare. */
    PolicyDraft draft(String what, String name) throws CommandFailure {
        try {
            return PolicyDraft.of(policy(what, name));
        } catch (RuntimePolicyException e) {
            throw new CommandFailure(
                    unusable, "The " + what + " '" + name + "' cannot be used: " + e.getMessage() + ".", e);
        }
    }

    /** A policy checked and written. */
    void write(String output, PolicyDraft draft) throws CommandFailure {
        draft.excludesProblem()
                .ifPresent(why -> context.err()
                        .println("WARNING: the exclusions cannot be compiled together, so a verifier will exclude"
                                + " nothing: " + why + "."));
        try {
            write(output, draft.text(LocalDateTime.now(ZoneId.systemDefault())));
        } catch (PolicySourceException e) {
            throw new CommandFailure(1, e.sentence(), e);
        }
    }

    /** A key whose signatures make files acceptable; what is none is told and left out. */
    Optional<ImaKey> verificationKey(String name) throws CommandFailure {
        try {
            Optional<ImaKey> key = KeyReader.read(bytes("verification key", name, KeyReader.MAX_LENGTH));
            if (key.isEmpty()) {
                context.err()
                        .println("WARNING: the verification key '" + name
                                + "' is neither a certificate nor a key and is left out.");
            }
            return key;
        } catch (UnsupportedKeyException e) {
            context.err().println("WARNING: the verification key '" + name + "' is left out: " + e.getMessage() + ".");
            return Optional.empty();
        }
    }

    /** Writes a result; on the standard output it ends with a line feed, as Keylime's tool ends it. */
    void write(String output, String text) throws CommandFailure {
        if (output.equals(STDOUT) || output.equals("/dev/stdout")) {
            context.out().writeBytes(text.getBytes(StandardCharsets.UTF_8));
            if (!text.endsWith("\n")) {
                context.out().println();
            }
            return;
        }
        Path file = context.workingDirectory().resolve(output);
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CommandFailure(1, "Cannot write " + file + ": " + FileTrouble.sentence(e) + ".", e);
        }
    }
}

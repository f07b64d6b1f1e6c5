package io.limelight.cli.verify;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.secret.FileTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that somebody names: read to their end, and no further than they may be long. */
final class EvidenceFiles {
    private final CliContext context;

    EvidenceFiles(CliContext context) {
        this.context = context;
    }

    /**
     * The bytes of a file; {@code -} is the input.
     *
     * @param option for messages
     * @param max longest
     */
    byte[] bytes(String option, String name, int max) throws CommandFailure {
        if (name.equals("-")) {
            return bytes(option, "the input", context.in(), max);
        }
        Path file = context.workingDirectory().resolve(name);
        try (InputStream in = Files.newInputStream(file)) {
            return bytes(option, file.toString(), in, max);
        } catch (IOException e) {
            throw unreadable(option, file.toString(), e);
        }
    }

    /** The text of a file, UTF-8. */
    String text(String option, String name, int max) throws CommandFailure {
        byte[] bytes = bytes(option, name, max);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandFailure(VerifyCommand.UNUSABLE, option + ": " + name + " is no text in UTF-8", e);
        }
    }

    private static byte[] bytes(String option, String origin, InputStream in, int max) throws CommandFailure {
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] part = new byte[64 * 1024];
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                if (all.size() + read > max) {
                    throw new CommandFailure(
                            VerifyCommand.UNUSABLE, option + ": " + origin + " is longer than " + max + " bytes");
                }
                all.write(part, 0, read);
            }
            return all.toByteArray();
        } catch (IOException e) {
            throw unreadable(option, origin, e);
        }
    }

    private static CommandFailure unreadable(String option, String origin, IOException e) {
        return new CommandFailure(
                VerifyCommand.UNUSABLE, option + ": cannot read " + origin + ": " + FileTrouble.sentence(e), e);
    }
}

package io.limelight.cli.ca;

import io.limelight.cli.command.CommandFailure;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the keystore's password comes from: the file of {@code --password-file}, else {@code password} of {@code ca.conf} or
 * {@code KEYLIME_CA_PASSWORD}, else the terminal. The shipped value {@code default} is no password; it means nobody set one.
 */
public final class KeystorePassword {
    private static final String QUESTION = "Please enter the password to decrypt your keystore: ";
    private static final String FRESH = "Please enter a password for the new keystore: ";
    private static final String AGAIN = "The same password again: ";
    private static final String NOT_SET = "default";

    private static final String NO_TERMINAL = "the keystore needs a password and there is no terminal to ask at; set"
            + " password in ca.conf (\"default\" counts as none), KEYLIME_CA_PASSWORD, or give --password-file FILE"
            + " (limelight tenant: --ca-password-file FILE)";
    private static final String NO_TERMINAL_FOR_FILE =
            "the file needs a password and there is no terminal to ask at; give --export-password-file FILE";

    private static final String NO_TERMINAL_FOR_NEXT =
            "the keystore needs a new password and there is no terminal to ask at; give --new-password-file FILE";

    private static final int MAX_SIZE = 4096;

    private final ComponentConfig config;
    private final PasswordPrompt prompt;

    /**
     * Reads from there.
     *
     * @param config {@code ca.conf}
     */
    public KeystorePassword(ComponentConfig config, PasswordPrompt prompt) {
        this.config = config;
        this.prompt = prompt;
    }

    /** The password of a keystore that exists, or, asked for twice, of a new one. */
    public SecretBytes get(Optional<Path> file, boolean fresh) throws CommandFailure {
        SecretBytes password = file.isPresent() ? read(file.get()) : configured(fresh);
        if (password.length() == 0) {
            password.close();
            throw new CommandFailure(
                    1,
                    "You must specify a password! "
                            + file.map(path -> path + " is empty")
                                    .orElse("It is empty where it was looked for (ca.conf: password,"
                                            + " KEYLIME_CA_PASSWORD, or what was typed)"));
        }
        return fresh ? own(password) : password;
    }

    /** The next password of a keystore that exists: from a file, or asked for twice. */
    SecretBytes next(Optional<Path> file) throws CommandFailure {
        return own(file.isPresent() ? read(file.get()) : twice(FRESH, NO_TERMINAL_FOR_NEXT));
    }

    /** Keystores that exist may have Keylime's shipped password and must open; none is made with it. */
    private static SecretBytes own(SecretBytes password) throws CommandFailure {
        if (password.apply(bytes -> Arrays.equals(bytes, NOT_SET.getBytes(StandardCharsets.US_ASCII)))) {
            password.close();
            throw new CommandFailure(
                    1,
                    "\"default\" is the password that Keylime ships with, known to everybody, so no keystore is made with it;"
                            + " nothing was changed. Choose another");
        }
        return password;
    }

    /** The password of a PKCS#12 file that is to be written: from a file, or asked for twice. */
    SecretBytes forFile(Optional<Path> file, Path target) throws CommandFailure {
        if (file.isPresent()) {
            return read(file.get());
        }
        return twice("Please enter a password for " + target.getFileName() + ": ", NO_TERMINAL_FOR_FILE);
    }

    private SecretBytes twice(String question, String noTerminal) throws CommandFailure {
        SecretBytes typed = ask(question, noTerminal);
        if (typed.length() == 0) {
            return typed;
        }
        try (SecretBytes again = ask(AGAIN, noTerminal)) {
            if (!typed.constantTimeEquals(again)) {
                typed.close();
                throw new CommandFailure(1, "the two passwords are not the same; nothing was made, try again");
            }
        }
        return typed;
    }

    private SecretBytes configured(boolean fresh) throws CommandFailure {
        char[] configured = config.password("password");
        if (!Arrays.equals(configured, NOT_SET.toCharArray())) {
            return utf8(configured);
        }
        return fresh ? twice(FRESH, NO_TERMINAL) : ask(QUESTION, NO_TERMINAL);
    }

    private SecretBytes ask(String question, String noTerminal) throws CommandFailure {
        return utf8(prompt.ask(question).orElseThrow(() -> new CommandFailure(1, noTerminal)));
    }

    /** The first line. */
    private static SecretBytes read(Path file) throws CommandFailure {
        byte[] content = {};
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE + 1);
            if (content.length > MAX_SIZE) {
                throw new CommandFailure(
                        1, file + " is larger than " + MAX_SIZE + " bytes; it should hold one password");
            }
            int end = 0;
            while (end < content.length && content[end] != '\n') {
                end++;
            }
            if (end > 0 && content[end - 1] == '\r') {
                end--;
            }
            return SecretBytes.adopt(Arrays.copyOf(content, end));
        } catch (IOException e) {
            throw new CommandFailure(
                    1, "the password file " + file + " cannot be read: " + FileTrouble.whyUnread(e), e);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static SecretBytes utf8(char[] characters) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(characters));
        byte[] exact = new byte[encoded.remaining()];
        encoded.get(exact).clear();
        while (encoded.hasRemaining()) {
            encoded.put((byte) 0);
        }
        Arrays.fill(characters, '\0');
        return SecretBytes.adopt(exact);
    }
}

package io.limelight.agent.payload;

import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Base64;
import java.util.Optional;

/**
 * A sealed payload that came to this machine by another way than the tenant's, such as cloud-init or its image
 * ({@code encrypted_payload}): the base64 text that {@code limelight userdata-encrypt} writes. Whoever put it there need not be
 * believed: K opens it, or nothing does.
 *
 * @param file where it would be; empty if none is looked for
 */
record PlacedPayload(Optional<Path> file) {
    /** As much as may come over the wire. */
    static final int MOST = 16 << 20;

    /** Whether there is something, whatever it is. */
    boolean present() {
        return file.isPresent() && Files.exists(file.get(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The sealed container.
     *
     * @throws PayloadException if there is none that can be used; a sentence that names the file
     */
    byte[] read() throws PayloadException {
        Path path = file.orElseThrow();
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                throw new PayloadException(path + " (encrypted_payload) is a link; put the file itself there");
            }
            if (!attributes.isRegularFile()) {
                throw new PayloadException(path + " (encrypted_payload) is no plain file");
            }
            byte[] text;
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                text = in.readNBytes(MOST + 1);
            }
            if (text.length > MOST) {
                throw new PayloadException(
                        path + " (encrypted_payload) is longer than the " + MOST + " bytes that a payload may have");
            }
            return decoded(path, text);
        } catch (NoSuchFileException e) {
            throw new PayloadException(
                    path + " (encrypted_payload) has gone; put it back and deliver the key again", e);
        } catch (AccessDeniedException e) {
            throw new PayloadException(
                    path + " (encrypted_payload) may not be read by " + System.getProperty("user.name", "the agent")
                            + "; chown it to that user",
                    e);
        } catch (IOException e) {
            throw new PayloadException(path + " (encrypted_payload) cannot be read: " + FileTrouble.sentence(e), e);
        }
    }

    private static byte[] decoded(Path path, byte[] text) throws PayloadException {
        try {
            // Tools that wrap lines, and editors that end them, do no harm.
            return Base64.getDecoder()
                    .decode(new String(text, StandardCharsets.ISO_8859_1).replaceAll("[ \\t\\r\\n]+", ""));
        } catch (IllegalArgumentException e) {
            throw new PayloadException(
                    path
                            + " (encrypted_payload) is not the base64 text that limelight userdata-encrypt writes; it was cut"
                            + " off or changed",
                    e);
        }
    }
}

package io.limelight.core.config;

import io.limelight.core.secret.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads configuration files, with limits. A file that is there but cannot be read stops the start: going on with defaults
 * would be a configuration that nobody wrote.
 */
final class ConfigFiles {
    private static final int MAX_FILE = 1 << 20;
    private static final int MAX_SNIPPETS = 1000;

    private ConfigFiles() {}

    /** The text of a regular file, with {@code \n} line ends; empty if there is none. */
    static Optional<String> read(Path file) throws ConfigException {
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                return Optional.empty();
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(MAX_FILE + 1);
            }
            if (bytes.length > MAX_FILE) {
                throw new ConfigException(file + " is larger than 1 MiB; that is no configuration file");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(text.replace("\r\n", "\n"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The regular files of a snippet folder in lexicographic order; none if there is no folder. */
    static List<Path> snippets(Path folder) throws ConfigException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> snippets = files.filter(Files::isRegularFile)
                    .sorted()
                    .limit(MAX_SNIPPETS + 1)
                    .toList();
            if (snippets.size() > MAX_SNIPPETS) {
                throw new ConfigException(folder + " holds more than " + MAX_SNIPPETS + " files");
            }
            return snippets;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static ConfigException unreadable(Path path, IOException e) {
        String reason = e instanceof AccessDeniedException
                ? "permission denied; start as the user it belongs to"
                : FileTrouble.sentence(e);
        return new ConfigException(path + " cannot be read: " + reason, e);
    }
}

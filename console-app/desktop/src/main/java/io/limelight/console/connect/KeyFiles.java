package io.limelight.console.connect;

import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A look at files of keys, without opening them. */
final class KeyFiles {
    private KeyFiles() {}

    /** Whether the file says that its key is encrypted (RFC 7468 §11, or the older headers of OpenSSL). */
    static boolean encrypted(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(PemFiles.MAX_FILE_SIZE), StandardCharsets.ISO_8859_1);
            return text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
        } catch (IOException e) {
            return false;
        }
    }
}

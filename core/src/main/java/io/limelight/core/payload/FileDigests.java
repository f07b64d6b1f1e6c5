package io.limelight.core.payload;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of files, remembered as long as size, time of change and identity of a file stay the same. A file that was changed
 * just now is not remembered: another change within the same tick of its file system's clock could not be told from it.
 */
final class FileDigests {
    private static final int REMEMBERED = 50_000;
    /** The coarsest clock of a file system in use (FAT). */
    private static final Duration TICK = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Map<Path, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
            return size() > REMEMBERED;
        }
    };

    FileDigests(InstantSource clock) {
        this.clock = clock;
    }

    private record Known(
            long size, FileTime changed, @Nullable Object key, String digest) {
        boolean fits(BasicFileAttributes now) {
            return size == now.size()
                    && changed.equals(now.lastModifiedTime())
                    && java.util.Objects.equals(key, now.fileKey());
        }
    }

    /** What is remembered of a file that looks like this. */
    synchronized Optional<String> remembered(Path file, BasicFileAttributes attributes) {
        return Optional.ofNullable(known.get(file))
                .filter(one -> one.fits(attributes))
                .map(Known::digest);
    }

    /**
     * Reads a file.
     *
     * @param attributes as they were when it was found
     * @return empty if it does not have that size any more
     */
    Optional<String> read(Path file, BasicFileAttributes attributes, boolean followLinks, Cancellation cancel)
            throws IOException, CancelledException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[(int) Math.min(64 << 10, Math.max(512, attributes.size() + 1))];
        long total = 0;
        try (InputStream in =
                followLinks ? Files.newInputStream(file) : Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                cancel.throwIfCancelled();
                total += read;
                if (total > attributes.size()) {
                    return Optional.empty();
                }
                digest.update(buffer, 0, read);
            }
        } finally {
            Arrays.fill(buffer, (byte) 0);
        }
        if (total != attributes.size()) {
            return Optional.empty();
        }
        String text = HexFormat.of().formatHex(digest.digest());
        if (attributes.lastModifiedTime().toInstant().plus(TICK).isBefore(clock.instant())) {
            synchronized (this) {
                known.put(
                        file, new Known(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey(), text));
            }
        }
        return Optional.of(text);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package io.limelight.core.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Files and folders that only their owner reads, complete or absent.
 *
 * <p>A file is created with its final mode <em>before</em> the first byte is written (never written and then narrowed),
 * beside its destination, forced to disk, renamed over the destination, and the folder is forced too: after a crash
 * there is the old content or the new one.
 */
public final class PrivateFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    /** Creates the folder and its missing parents, mode 0700; an existing folder is left as it is. */
    public static Path createFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, OWNER_ONLY_FOLDER);
        }
        return folder;
    }

    /** Replaces the file atomically, mode 0600. */
    public static void write(Path file, byte[] content) throws IOException {
        write(file, ByteBuffer.wrap(content));
    }

    /** Replaces the file atomically, mode 0600. */
    public static void write(Path file, ByteBuffer content) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path temporary = absolute.resolveSibling("." + absolute.getFileName() + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong()) + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY_FILE)) {
                ByteBuffer remaining = content.duplicate();
                while (remaining.hasRemaining()) {
                    channel.write(remaining);
                }
                channel.force(true);
            } catch (FileSystemException e) {
                throw e;
            } catch (IOException e) {
                // A channel says "No space left on device" and not where.
                FileSystemException named = new FileSystemException(absolute.toString(), null, e.getMessage());
                named.initCause(e);
                throw named;
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(Objects.requireNonNull(absolute.getParent(), "a file has a folder"));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Creates an empty file, mode 0600, unless it exists; for engines that open a path by themselves (SQLite). */
    public static void createEmpty(Path file) throws IOException {
        if (!Files.exists(file)) {
            FileChannel.open(file, EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNER_ONLY_FILE)
                    .close();
        }
    }

    /**
     * Whether every user of this machine can read the file. One whose folder others may not enter is read by nobody, whatever its
     * own mode says; where there are no such modes, or they are not ours to see, the answer is no.
     */
    public static boolean openToAll(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)
                    && (folder == null
                            || Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * What to say of a file that is {@link #openToAll}: a clause without an end.
     *
     * @param what the file is, such as {@code the storage key}
     */
    public static Optional<String> openToAll(String what, Path file) {
        return openToAll(file)
                ? Optional.of(what + " " + file + " can be read by every user of this machine; chmod o-r " + file)
                : Optional.empty();
    }

    /** Makes a rename in the folder durable. */
    public static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

package io.limelight.verifier;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One program at a time on a database: two verifiers would ask every machine twice and each believe its own memory, and a
 * change of the storage key must not happen under a running one. The lock goes with the process, however that ends.
 */
final class InstanceLock implements AutoCloseable {
    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws IOException if another program has it; the message says so
     */
    static InstanceLock take(Path database) throws IOException {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        PrivateFiles.createFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        PrivateFiles.createEmpty(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        @Nullable FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held within this process: as good as held by another one.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException("another verifier is running on " + database + "; stop it first");
        }
        return new InstanceLock(channel);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

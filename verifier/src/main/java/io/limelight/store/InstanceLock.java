package io.limelight.store;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One program at a time on a database: two verifiers would ask every machine twice and each believe its own memory, and a
 * change of the storage key must not happen under a running one. The lock goes with the process, however that ends.
 */
final class InstanceLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceLock.class);

    private final FileChannel channel;

    private InstanceLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StoreException if another program has it; the message says so
     */
    static InstanceLock take(Path database) {
        try {
            return taken(database);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.IO,
                    "cannot make sure that no other program runs on " + database + ": " + FileTrouble.sentence(e),
                    e);
        }
    }

    /** What is said to the second one. */
    static StoreException heldBy(String database) {
        return new StoreException(
                StoreException.Kind.LOCKED, "another verifier is running on " + database + "; stop it first");
    }

    private static InstanceLock taken(Path database) throws IOException {
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
            throw heldBy(database.toString());
        }
        return new InstanceLock(channel);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a lock file did not close in order", e);
        }
    }
}

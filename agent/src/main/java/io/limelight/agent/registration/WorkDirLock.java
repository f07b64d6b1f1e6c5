package io.limelight.agent.registration;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent at a time on a work directory: a second one, perhaps of another TPM, would put its own attestation key into the
 * place of the first one's, and both would write the same payload. The lock goes with the process, however that ends.
 */
public final class WorkDirLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkDirLock.class);
    private static final String NAME = "agent.lock";

    private final FileChannel channel;

    private WorkDirLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock; the folder must exist.
     *
     * @throws AgentDataException if another agent has it, or it cannot be had; a sentence
     */
    public static WorkDirLock take(Path workDir) throws AgentDataException {
        try {
            return taken(workDir);
        } catch (IOException e) {
            throw new AgentDataException(
                    "cannot make sure that no other agent runs on " + workDir + " (" + NAME + "): "
                            + FileTrouble.sentence(e),
                    e);
        }
    }

    private static WorkDirLock taken(Path workDir) throws AgentDataException, IOException {
        Path file = workDir.resolve(NAME);
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
            throw new AgentDataException("another agent is running on " + workDir
                    + "; stop it first, or give this one a work directory of its own (KEYLIME_DIR)");
        }
        return new WorkDirLock(channel);
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

package io.limelight.store;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.LockFile;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * One program at a time on a database: two verifiers would ask every machine twice and each believe its own memory, and a
 * change of the storage key must not happen under a running one.
 */
final class InstanceLock {
    private InstanceLock() {}

    /**
     * Takes the lock.
     *
     * @throws StoreException if another program has it; the message says so
     */
    static LockFile take(Path database) {
        Path file = database.resolveSibling(database.getFileName() + ".lock");
        try {
            PrivateFiles.createFolder(
                    Objects.requireNonNull(file.toAbsolutePath().getParent()));
            return LockFile.take(file).orElseThrow(() -> heldBy(database.toString()));
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
}

package io.limelight.agent.payload;

import io.limelight.agent.privileges.RootHelper;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The payload that is in the way of the next one. A script that ran as root may have left folders that an agent without
 * privileges cannot empty; those it moves aside, and has them removed by its helper.
 *
 * @param area where it is
 * @param helper empty if this process has the privileges that scripts have
 */
record OldPayload(SecureArea area, Optional<RootHelper> helper) {
    /** Where the helper expects what it is to remove. */
    static final String ASIDE = ".unzipped.old";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private FolderTree tree() {
        return new FolderTree(area.folder(), "unzipped");
    }

    private FolderTree aside() {
        return new FolderTree(area.folder(), ASIDE);
    }

    /** See {@link FolderTree#space}. */
    long space(int blockSize) throws IOException {
        return tree().space(blockSize) + aside().space(blockSize);
    }

    /**
     * Removes it.
     *
     * @throws IOException if it cannot be; a sentence
     */
    void remove() throws IOException {
        if (helper.isEmpty()) {
            aside().remove();
            tree().remove();
            return;
        }
        if (Files.exists(area.folder().resolve(ASIDE), LinkOption.NOFOLLOW_LINKS)) {
            removeByHelper(helper.get());
        }
        try {
            tree().remove();
        } catch (MountedException e) {
            throw e;
        } catch (IOException e) {
            moveAside();
            removeByHelper(helper.get());
        }
    }

    private void moveAside() throws IOException {
        try {
            Files.move(area.unzipped(), area.folder().resolve(ASIDE), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(area.unzipped() + " cannot be moved aside", e);
        }
    }

    private void removeByHelper(RootHelper root) throws IOException {
        root.wipe();
        long deadline = System.nanoTime() + PATIENCE;
        Path aside = area.folder().resolve(ASIDE);
        while (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
            if (System.nanoTime() > deadline) {
                throw new IOException(aside + " could not be removed by the root helper; its log says why");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("stopped while the old payload was removed", e);
            }
        }
    }
}

package io.limelight.agent.payload;

import io.limelight.agent.privileges.RootHelper;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The payload that is in the way of the next one. A script that ran as root may have left folders that an agent without
 * privileges cannot empty; those it has removed by its helper. A wipe may be long and is ended by stopping the agent: the next
 * start completes it.
 *
 * @param area where it is
 * @param helper empty if this process has the privileges that scripts have
 */
record OldPayload(SecureArea area, Optional<RootHelper> helper) {
    private static final Logger LOG = LoggerFactory.getLogger(OldPayload.class);

    /** Where the helper expects what it is to remove. */
    static final String ASIDE = ".unzipped.old";

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private FolderTree tree() {
        return new FolderTree(area.folder(), "unzipped");
    }

    private FolderTree aside() {
        return new FolderTree(area.folder(), ASIDE);
    }

    /** See {@link FolderTree#space}. */
    long space(int blockSize, Cancellation cancellation) throws IOException, CancelledException {
        return tree().space(blockSize, cancellation) + aside().space(blockSize, cancellation);
    }

    /**
     * Removes it. First it is moved out of sight as a whole, so that nobody meets a half of it; being stopped afterwards leaves
     * what {@link #finish} removes.
     *
     * @throws IOException if it cannot be; a sentence
     * @throws CancelledException if it was cancelled
     */
    void remove(Cancellation cancellation) throws IOException, CancelledException {
        finish(cancellation);
        tree().requireNothingMounted();
        cancellation.throwIfCancelled();
        moveAside();
        finish(cancellation);
    }

    /** Whether a removal was begun and not completed. */
    boolean unfinished() {
        return Files.exists(area.folder().resolve(ASIDE), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Completes a removal that was begun, if there is one.
     *
     * @throws IOException if it cannot be; a sentence
     * @throws CancelledException if it was cancelled
     */
    void finish(Cancellation cancellation) throws IOException, CancelledException {
        try {
            aside().remove(cancellation);
        } catch (MountedException e) {
            throw e;
        } catch (IOException e) {
            if (helper.isEmpty()) {
                throw e;
            }
            removeByHelper(helper.get(), cancellation);
        }
    }

    private void moveAside() throws IOException {
        try {
            Files.move(area.unzipped(), area.folder().resolve(ASIDE), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            LOG.debug("there is no old payload");
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(area.unzipped() + " cannot be moved aside", e);
        }
    }

    /** Stopping ends the waiting; the helper goes on, and the next start looks again. */
    private void removeByHelper(RootHelper root, Cancellation cancellation) throws IOException, CancelledException {
        root.wipe();
        long deadline = System.nanoTime() + PATIENCE;
        while (unfinished()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        area.folder().resolve(ASIDE) + " could not be removed by the root helper; its log says why");
            }
            cancellation.sleep(LOOK_AGAIN);
        }
    }
}

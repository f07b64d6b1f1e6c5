package io.limelight.agent.payload;

import io.limelight.agent.payload.PayloadState.Step;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an agent does about what the one before it has left in the area: K is read from {@code enc_keyname}, a script that runs
 * is watched on, one that was due is started, a payload that was being opened is gone and has to be delivered again, and the
 * removal of the one before it is completed.
 */
record TakeOver(SecureArea area, PayloadSettings settings, OldPayload old, ScriptWatch script, Standing standing) {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);

    /**
     * Looks, and shows how things stand.
     *
     * @return K, if it lies there
     * @throws IOException if something lies there that can neither be read nor removed
     */
    Optional<BootstrapKey> look() throws IOException {
        new FolderTree(area.folder(), Unpacking.NEW).remove();
        PayloadState before = standing.before();
        // Key and status are of the same delivery, or there is no key: one that could not be opened leaves the folder,
        // and
        // the key, of the payload before it.
        Optional<BootstrapKey> key = before.keyIsInItsFolder() ? storedKey() : Optional.empty();
        standing.show(resumed(before, key.isPresent()));
        if (key.isPresent()) {
            LOG.info("{} holds a key, which is used again", area.unzipped());
        }
        return key;
    }

    private static PayloadState resumed(PayloadState before, boolean keyKnown) {
        return switch (before.step()) {
            case UNPACKING ->
                before.failed("the agent was stopped while it opened the payload; deliver it again"
                        + " (limelight tenant -c update)");
            case UNPACKED, RUNNING, DONE, FAILED, REFUSED -> before;
            case KEY -> keyKnown ? before : PayloadState.none();
            case NONE ->
                keyKnown
                        ? new PayloadState(Step.DONE, "", null, "unpacked before this agent was started", null, null)
                        : before;
        };
    }

    private Optional<BootstrapKey> storedKey() throws IOException {
        Path file = area.unzipped().resolve(settings.keyName());
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || !BootstrapKey.validSize((int) Math.min(Files.size(file), Integer.MAX_VALUE))) {
            return Optional.empty();
        }
        SecretBytes bytes = SecretBytes.adopt(Files.readAllBytes(file));
        try {
            return Optional.of(BootstrapKey.of(bytes));
        } catch (PayloadException e) {
            bytes.close();
            return Optional.empty();
        }
    }

    /** Does what was left undone; returns when a script that runs has ended, or this agent stops. */
    void goOn(Cancellation stopping) {
        finishWipe(stopping);
        PayloadState before = standing.now();
        switch (before.step()) {
            case UNPACKED -> script.resume(before);
            case RUNNING -> script.follow(before);
            default -> standing.enter(before);
        }
    }

    /** Of an old payload, which the agent before this one was stopped at. */
    private void finishWipe(Cancellation stopping) {
        if (!old.unfinished()) {
            return;
        }
        try {
            LOG.info("the removal of an old payload is completed");
            old.finish(stopping);
        } catch (CancelledException e) {
            LOG.info("stopped again before an old payload was removed");
        } catch (IOException e) {
            // Tried again before the next payload, which is refused if it fails then too.
            LOG.warn("what is left of an old payload cannot be removed: {}", e.getMessage());
        }
    }
}

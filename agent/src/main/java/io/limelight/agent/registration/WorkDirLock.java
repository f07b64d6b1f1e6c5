package io.limelight.agent.registration;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.LockFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * One agent at a time on a work directory: a second one, perhaps of another TPM, would put its own attestation key into the
 * place of the first one's, and both would write the same payload.
 */
public final class WorkDirLock {
    private static final String NAME = "agent.lock";

    private WorkDirLock() {}

    /**
     * Takes the lock; the folder must exist.
     *
     * @throws AgentDataException if another agent has it, or it cannot be had; a sentence
     */
    public static LockFile take(Path workDir) throws AgentDataException {
        try {
            return LockFile.take(workDir.resolve(NAME))
                    .orElseThrow(() -> new AgentDataException("another agent is running on " + workDir
                            + "; stop it first, or give this one a work directory of its own (KEYLIME_DIR)"));
        } catch (IOException e) {
            throw new AgentDataException(
                    "cannot make sure that no other agent runs on " + workDir + " (" + NAME + "): "
                            + FileTrouble.sentence(e),
                    e);
        }
    }
}

package io.limelight.agent.payload;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the last payload has come: for whoever asks, and in the area for the agent after this one. */
final class Standing {
    private static final Logger LOG = LoggerFactory.getLogger(Standing.class);

    private final Path file;
    private volatile PayloadState state = PayloadState.none();

    /** @param file where it is written down; private to the agent */
    Standing(Path file) {
        this.file = file;
    }

    PayloadState now() {
        return state;
    }

    /** For whoever asks; nothing has been done yet that the next agent would have to know. */
    void show(PayloadState next) {
        state = next;
    }

    /** Also for the next agent. */
    void enter(PayloadState next) {
        show(next);
        try {
            next.write(file);
        } catch (IOException e) {
            // A script that has filled the area leaves no room for it; the run's own folder still tells how it ended.
            LOG.warn("how far the payload is cannot be written down in {}: {}", file.getParent(), e.getMessage());
        }
    }

    /** It ends here. */
    void fail(PayloadState at, String problem) {
        LOG.error("payload failed: {}", problem);
        enter(at.failed(problem));
    }

    /** What the agent before this one has written down; what it wrote and nobody understands is as if it had not. */
    PayloadState before() {
        try {
            return PayloadState.read(file).orElseGet(PayloadState::none);
        } catch (IOException e) {
            LOG.warn("what the agent did before cannot be read: {}", e.getMessage());
            return PayloadState.none();
        }
    }
}

package io.limelight.agent.evidence;

import io.limelight.core.secret.FileTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The firmware's event log, opened once (before privileges are dropped) and sent whole. */
public final class BootLog implements AutoCloseable {
    /** Real logs stay below 200 KiB. */
    public static final int MAX_SIZE = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(BootLog.class);

    private final Path path;
    private final LogFile file;

    private BootLog(Path path, LogFile file) {
        this.path = path;
        this.file = file;
    }

    /** Opens the log; empty, with a log line, where there is none or it may not be read. */
    public static Optional<BootLog> open(Path path) {
        return open(path, OptionalInt.empty());
    }

    /**
     * Takes the log that was opened for this process, or opens it.
     *
     * @param inherited number of the open file, if there is one
     */
    public static Optional<BootLog> open(Path path, OptionalInt inherited) {
        try {
            return Optional.of(new BootLog(path, LogFile.open(path, inherited)));
        } catch (IOException e) {
            LOG.warn("there is no readable boot log at {} ({}); quotes go without it", path, FileTrouble.whyUnread(e));
            return Optional.empty();
        }
    }

    /** The whole log in base64. */
    public String base64() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
        for (long position = 0; ; position += chunk.position()) {
            chunk.clear();
            int got = file.read(chunk, position);
            if (got <= 0) {
                return Base64.getEncoder().encodeToString(content.toByteArray());
            }
            if (content.size() + got > MAX_SIZE) {
                throw new IOException("the boot log " + path + " is larger than " + MAX_SIZE + " bytes");
            }
            content.write(chunk.array(), 0, got);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing {}", path, e);
        }
    }
}

package io.limelight.agent.payload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who this process is.
 *
 * @param uid effective user id
 */
record ProcessUser(int uid) {
    /** Of the running process. */
    static ProcessUser current() {
        try {
            return new ProcessUser((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            throw new UncheckedIOException("an agent needs Linux with /proc", e);
        }
    }

    boolean root() {
        return uid == 0;
    }
}

package io.limelight.agent.privileges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who this process is.
 *
 * @param uid effective user id
 * @param gid effective group id
 */
public record ProcessUser(int uid, int gid) {
    private static final Path SELF = Path.of("/proc/self");

    /** Of the running process. */
    public static ProcessUser current() {
        try {
            return new ProcessUser(
                    (int) Files.getAttribute(SELF, "unix:uid"), (int) Files.getAttribute(SELF, "unix:gid"));
        } catch (IOException e) {
            throw new UncheckedIOException("an agent needs Linux with /proc", e);
        }
    }

    /** Whether it may do everything. */
    public boolean root() {
        return uid == 0;
    }
}

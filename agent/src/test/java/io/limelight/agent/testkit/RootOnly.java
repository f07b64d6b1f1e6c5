package io.limelight.agent.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For tests that mount memory or become somebody else. */
public final class RootOnly {
    private RootOnly() {}

    /** Skips the test, saying what is missing, unless this is root. */
    public static void assume() {
        assumeTrue(isRoot(), "not root: memory cannot be mounted, another user cannot be taken on");
    }

    /** Whether this process is root. */
    public static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.limelight.agent.payload;

import java.io.IOException;
import java.nio.file.Path;

/** Something is mounted where a payload has to go; nobody removes files of another file system. */
final class MountedException extends IOException {
    private static final long serialVersionUID = 1L;

    MountedException(Path point) {
        super("something is mounted on " + point + "; unmount it first");
    }
}

package io.limelight.agent.payload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How unpacked files are made: for their owner alone, or, where scripts run as another user ({@code payload_run_as}), open to
 * that user's group too. Ownership is never given away, so an agent without privileges can do the same as root.
 *
 * @param group of the scripts; empty if they may reach everything anyway
 */
record Sharing(OptionalInt group) {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER = mode("rwx------");
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE = mode("rw-------");

    /** Sticky: scripts may make files in it, and cannot take the place of the key. */
    private static final int SHARED_TOP = 01770;

    private static final int SHARED_FOLDER = 0770;
    private static final int SHARED_PROGRAM = 0770;
    private static final int SHARED_FILE = 0660;
    private static final int PROGRAM = 0700;

    private static FileAttribute<Set<PosixFilePermission>> mode(String text) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
    }

    /** For a file or folder that is still being made. */
    static FileAttribute<Set<PosixFilePermission>> privateFile() {
        return PRIVATE_FILE;
    }

    /** The folder of a payload. */
    Path newTop(Path folder) throws IOException {
        Files.createDirectory(folder, PRIVATE_FOLDER);
        open(folder, SHARED_TOP);
        return folder;
    }

    /** A folder in it, with those on the way to it. */
    void newFolders(Path top, Path folder) throws IOException {
        Path at = top;
        for (Path segment : top.relativize(folder)) {
            if (segment.toString().isEmpty()) {
                continue;
            }
            at = at.resolve(segment);
            if (!Files.exists(at)) {
                Files.createDirectory(at, PRIVATE_FOLDER);
                open(at, SHARED_FOLDER);
            }
        }
    }

    /** A file in it that is complete. */
    void finished(Path file, boolean program) throws IOException {
        if (program) {
            Files.setAttribute(file, "unix:mode", PROGRAM);
        }
        open(file, program ? SHARED_PROGRAM : SHARED_FILE);
    }

    private void open(Path path, int mode) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(path, "unix:gid", group.getAsInt());
            Files.setAttribute(path, "unix:mode", mode);
        }
    }
}

package io.limelight.core.secret;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Why a file could not be made or written, in words; Java's own message is often the bare name of the file. */
public final class FileTrouble {
    private FileTrouble() {}

    /** A clause without an end: where, why and what to do. */
    public static String sentence(IOException failure) {
        if (!(failure instanceof FileSystemException trouble)) {
            return diskFull(failure) ? "the disk is full; free some space" : String.valueOf(failure.getMessage());
        }
        String where = folderOf(trouble.getFile());
        String reason = trouble.getReason() == null ? "" : trouble.getReason();
        if (failure instanceof AccessDeniedException) {
            return "this user may not write to " + where
                    + "; make that folder the user's, or name another (KEYLIME_DIR)";
        }
        if (failure instanceof NoSuchFileException) {
            return trouble.getFile() + " does not exist";
        }
        if (reason.contains("Read-only")) {
            return where + " is on a read-only file system; name another folder (KEYLIME_DIR), or make it writable";
        }
        if (diskFull(failure)) {
            return "the disk of " + where + " is full; free some space";
        }
        return trouble.getFile() + (reason.isEmpty() ? " cannot be used" : ": " + reason);
    }

    /** Whether there was no room for it: no space, no quota or no inode. */
    public static boolean diskFull(IOException failure) {
        String reason = failure instanceof FileSystemException trouble ? trouble.getReason() : failure.getMessage();
        return reason != null && (reason.contains("No space") || reason.contains("quota"));
    }

    /** Why a file cannot be read: a clause without its name and without an end. */
    public static String whyUnread(IOException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "it does not exist";
            case AccessDeniedException denied -> "this user may not read it";
            case FileSystemException trouble
            when trouble.getReason() != null -> trouble.getReason().toLowerCase(Locale.ROOT);
            case FileSystemException trouble -> "it cannot be used";
            default -> String.valueOf(failure.getMessage());
        };
    }

    private static String folderOf(String file) {
        Path folder = file == null ? null : Path.of(file).getParent();
        return folder == null ? "the folder" : folder.toString();
    }
}

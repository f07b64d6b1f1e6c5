package io.limelight.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQLite's result codes as its driver prints them, extended ones included, in words. */
public enum SqliteTrouble {
    /** No room. */
    FULL("SQLITE_FULL", StoreException.Kind.FULL, "the disk is full; free some space"),
    /** Somebody else writes. */
    LOCKED(
            "SQLITE_(BUSY|LOCKED)",
            StoreException.Kind.LOCKED,
            "another program holds it; is a second service running?"),
    /** Not to be written. */
    READ_ONLY(
            "SQLITE_(READONLY|CANTOPEN|PERM)",
            StoreException.Kind.READ_ONLY,
            "it is read-only for this user, or its folder is"),
    /** Broken. */
    DAMAGED("SQLITE_CORRUPT", StoreException.Kind.DAMAGED, "it is damaged; restore a copy or move it away"),
    /** Not its format; nobody can say whether it ever was. */
    FOREIGN(
            "SQLITE_NOTADB",
            StoreException.Kind.DAMAGED,
            "it is no SQLite database; is that the right file? If it was one, it is damaged; restore a copy or move it away"),
    /** The disk fails. */
    IO("SQLITE_IOERR", StoreException.Kind.IO, "reading or writing failed; look at the disk");

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** Less than the shared-memory file of the write-ahead log needs. */
    private static final long LITTLE_ROOM = 64 * 1024;

    private final Pattern named;
    private final StoreException.Kind kind;
    private final String advice;

    SqliteTrouble(String named, StoreException.Kind kind, String advice) {
        this.named = Pattern.compile(named);
        this.kind = kind;
        this.advice = advice;
    }

    /** What a failure of the driver, or of what stands on it, means for the file. */
    public static StoreException translate(Path file, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        LOG.debug("database {}", file, failure);
        for (SqliteTrouble trouble : values()) {
            if (trouble.named.matcher(text).find()) {
                SqliteTrouble meant = trouble == IO && diskIsFull(file) ? FULL : trouble;
                return new StoreException(meant.kind, "the database " + file + " refused: " + meant.advice, failure);
            }
        }
        return new StoreException(
                StoreException.Kind.OTHER, "the database " + file + " refused: " + Engine.firstLine(cause), failure);
    }

    /** SQLite reports a disk without room for its auxiliary files as a failure to write them. */
    private static boolean diskIsFull(Path file) {
        try {
            return Files.getFileStore(file).getUsableSpace() < LITTLE_ROOM;
        } catch (IOException e) {
            return false;
        }
    }
}

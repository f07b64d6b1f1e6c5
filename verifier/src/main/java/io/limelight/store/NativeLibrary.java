package io.limelight.store;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the SQLite driver unpacks its library. By itself it leaves a megabyte in the temporary folder at every start of a
 * process that does not end as the JVM likes it, so it gets a folder beside the database, and that is emptied at every start.
 */
public final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final String FOLDER = "org.sqlite.tmpdir";

    /** On a disk nearly full the database needs what there is. */
    private static final long ROOM = 16L << 20;

    private NativeLibrary() {}

    /** Before the driver is used first; whoever has named a folder keeps it. */
    public static synchronized void keepBeside(Path database) {
        if (System.getProperty(FOLDER) != null) {
            return;
        }
        Path folder = database.toAbsolutePath().resolveSibling("." + database.getFileName() + ".native");
        try {
            if (Files.getFileStore(java.util.Objects.requireNonNull(folder.getParent()))
                            .getUsableSpace()
                    < ROOM) {
                return;
            }
            PrivateFiles.createFolder(folder);
            try (DirectoryStream<Path> former = Files.newDirectoryStream(folder)) {
                for (Path file : former) {
                    // A process that has it open keeps it.
                    Files.deleteIfExists(file);
                }
            }
            System.setProperty(FOLDER, folder.toString());
        } catch (IOException e) {
            LOG.debug("the driver's library goes to the temporary folder", e);
        }
    }
}

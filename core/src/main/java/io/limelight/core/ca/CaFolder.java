package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The folder of a CA: one writer at a time, and what an interrupted one left behind is put right first. */
final class CaFolder {
    private static final String LOCK = ".lock";

    private final Path path;
    private final Consumer<String> step;

    CaFolder(Path path, Consumer<String> step) {
        this.path = path;
        this.step = step;
    }

    /** Something done while no one else writes. */
    interface Work<T> {
        T run() throws CaException, IOException;
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    FolderChange change() {
        return new FolderChange(path, step);
    }

    /** Runs under the lock; a second writer waits. */
    <T> T exclusively(Work<T> work) throws CaException {
        // A file lock keeps other processes out, and throws at a second thread of its own process.
        synchronized (CaFolder.class) {
            try {
                PrivateFiles.createEmpty(file(LOCK));
                try (FileChannel channel = FileChannel.open(file(LOCK), StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    if (!lock.isValid()) {
                        throw new IOException("the lock " + file(LOCK) + " was lost");
                    }
                    FolderChange.recover(path, step);
                    return work.run();
                }
            } catch (AccessDeniedException e) {
                throw new CaException(
                        "no permission for " + e.getFile() + "; the CA folder needs its owner, or root", e);
            } catch (IOException e) {
                throw new CaException(
                        "the CA folder " + path + " cannot be changed: " + e
                                + "; put that right and run the command again",
                        e);
            }
        }
    }

    /** Makes reading see a complete state, as far as the reader may. */
    void settle() throws CaException {
        if (FolderChange.interrupted(path)) {
            exclusively(() -> path);
        }
    }

    /** Makes the folder, mode 0700, unless it is there. */
    void create() throws CaException {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new CaException(path + " is a file; a CA needs a folder, name another one with -d");
            }
            PrivateFiles.createFolder(path);
        } catch (IOException e) {
            throw new CaException("cannot make the CA folder " + path + ": " + FileTrouble.sentence(e), e);
        }
    }

    /** Whether there is a CA, or was one that lost a part. */
    boolean holdsCa() {
        return FolderChange.interrupted(path)
                || Files.exists(file(CaFiles.KEYSTORE))
                || Files.exists(file(CaFiles.CERTIFICATE));
    }

    /** Fails unless there is a CA. */
    void require() throws CaException {
        if (!Files.isDirectory(path)) {
            throw new CaException("there is no CA folder " + path
                    + "; name the folder with -d, or make a CA with: limelight ca -c init -d " + path);
        }
        if (FolderChange.interrupted(path)) {
            return;
        }
        boolean keystore = Files.isRegularFile(file(CaFiles.KEYSTORE));
        boolean certificate = Files.isRegularFile(file(CaFiles.CERTIFICATE));
        if (!keystore && !certificate) {
            throw new CaException(path + " holds no CA (neither " + CaFiles.CERTIFICATE + " nor " + CaFiles.KEYSTORE
                    + "); make one with: limelight ca -c init -d " + path);
        }
        if (!keystore && ServiceCa.made(path)) {
            throw new CaException(
                    path + " is the CA of registrar and verifier, which they made for themselves; limelight"
                            + " ca neither issues nor revokes with it, as whoever holds a certificate of it is an administrator."
                            + " Name another folder with -d, or make a CA with: limelight ca -c init -d DIR");
        }
        if (!keystore || !certificate) {
            throw new CaException(path + " has no " + (keystore ? CaFiles.CERTIFICATE : CaFiles.KEYSTORE)
                    + "; restore it from a backup");
        }
    }

    /** Files a new CA would replace. */
    List<String> occupants() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> !Files.isDirectory(file))
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(CaFiles::belongsToCa)
                    .sorted()
                    .toList();
        }
    }
}

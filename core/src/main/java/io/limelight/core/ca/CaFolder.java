package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The folder of a CA: one writer at a time, and what an interrupted one left behind is put right first. */
final class CaFolder {
    private static final String LOCK = ".lock";

    /** Longer than anything one program does to a folder. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMillis(20);

    /** A file lock keeps other processes out, and throws at a second thread of its own process. */
    private static final ReentrantLock HERE = new ReentrantLock();

    private final Path path;
    private final Consumer<String> step;
    private final Duration patience;

    CaFolder(Path path, Consumer<String> step) {
        this(path, step, PATIENCE);
    }

    private CaFolder(Path path, Consumer<String> step, Duration patience) {
        this.path = path;
        this.step = step;
        this.patience = patience;
    }

    /** The same, which waits no longer than that for another program. */
    CaFolder waitingAtMost(Duration atMost) {
        return new CaFolder(path, step, atMost);
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

    /** Runs under the lock; a second writer waits, but not for ever. */
    <T> T exclusively(Work<T> work) throws CaException {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            if (!HERE.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            PrivateFiles.createEmpty(file(LOCK));
            try (FileChannel channel = FileChannel.open(file(LOCK), StandardOpenOption.WRITE);
                    FileLock lock = lock(channel, deadline)) {
                if (!lock.isValid()) {
                    throw new IOException("the lock " + file(LOCK) + " was lost");
                }
                FolderChange.recover(path, step);
                return work.run();
            }
        } catch (AccessDeniedException e) {
            throw new CaException("no permission for " + e.getFile() + "; the CA folder needs its owner, or root", e);
        } catch (IOException e) {
            throw new CaException(
                    "the CA folder " + path + " cannot be changed: " + e + "; put that right and run the command again",
                    e);
        } finally {
            HERE.unlock();
        }
    }

    private FileLock lock(FileChannel channel, long deadline) throws IOException, CaException {
        Cancellation never = new Cancellation();
        while (true) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw busy();
            }
            try {
                never.sleep(LOOK);
            } catch (CancelledException e) {
                throw interrupted(e);
            }
        }
    }

    private CaException busy() {
        return new CaException(
                "another program has been changing the CA folder " + path + " for " + patience.toSeconds()
                        + " seconds; nothing was changed. Wait until it is done (or end it, if it hangs) and try again");
    }

    private CaException interrupted(Exception cause) {
        return new CaException("stopped while waiting for the CA folder " + path + "; nothing was changed", cause);
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
        if (!certificate) {
            throw new CaException(
                    path + " has the CA's key and no certificate: put the certificate of that CA there as "
                            + CaFiles.CERTIFICATE + ", or restore the folder from a backup");
        }
        if (!keystore) {
            throw new CaException(path + " has no " + CaFiles.KEYSTORE + "; restore it from a backup, or bring the CA's"
                    + " key by: limelight ca -c import-priv");
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

package io.limelight.store.local;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.store.NativeLibrary;
import io.limelight.store.SqliteTrouble;
import io.limelight.store.StorableText;
import io.limelight.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One SQLite file with one connection, for a program that keeps little and starts often: no pool and no migration library, which
 * together take longer to load than such a file to read. Several processes may have the same file open: each waits for the
 * other's write. The journal is rolled back and not written ahead, so that a file on a medium nobody may write to can be read.
 */
public final class LocalDatabase implements AutoCloseable {
    private static final int BUSY_MILLIS = 10_000;

    private final String name;
    private final Path file;
    private final Connection connection;
    private final Handle handle;
    private boolean closed;

    private LocalDatabase(String name, Path file, Connection connection) {
        this.name = name;
        this.file = file;
        this.connection = connection;
        this.handle = StorableText.jdbi(connection).open();
    }

    /**
     * Opens the file, made with mode 0600 where there is none, and brings its schema up to date.
     *
     * @param steps statements of each version of the schema, the oldest first; the file's {@code user_version} counts them
     * @throws StoreException if it cannot be opened, is of a newer release, or is damaged; the file is then as it was
     */
    public static LocalDatabase open(Path file, List<String> steps) {
        try {
            PrivateFiles.createFolder(
                    Objects.requireNonNull(file.toAbsolutePath().getParent()));
            PrivateFiles.createEmpty(file);
        } catch (IOException e) {
            throw new StoreException(kind(e), "cannot create the file " + file + ": " + FileTrouble.sentence(e), e);
        }
        if (!Files.isWritable(file)) {
            throw new StoreException(
                    StoreException.Kind.READ_ONLY, "the file " + file + " cannot be written by this user");
        }
        NativeLibrary.keepBeside(file);
        return open(file, file.toString(), "jdbc:sqlite:" + file.toAbsolutePath(), steps, false);
    }

    private static StoreException.Kind kind(IOException failure) {
        String sentence = FileTrouble.sentence(failure);
        return sentence.contains("full; free")
                ? StoreException.Kind.FULL
                : sentence.contains("may not write") || sentence.contains("read-only")
                        ? StoreException.Kind.READ_ONLY
                        : StoreException.Kind.IO;
    }

    /**
     * Opens a file to look only.
     *
     * @throws StoreException also if its schema is not the newest of the steps
     */
    public static LocalDatabase openToRead(Path file, List<String> steps) {
        return open(file, file.toString(), "jdbc:sqlite:" + file.toAbsolutePath(), steps, true);
    }

    /** One that is in memory and gone when it is closed. */
    public static LocalDatabase inMemory(List<String> steps) {
        Path none = Path.of("memory");
        return open(none, "memory", "jdbc:sqlite::memory:", steps, false);
    }

    private static LocalDatabase open(Path file, String name, String url, List<String> steps, boolean toRead) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.DELETE);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setReadOnly(toRead);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl(url);
        LocalDatabase opened = null;
        try {
            opened = new LocalDatabase(name, file, source.getConnection());
            opened.bringUpToDate(steps, toRead);
            return opened;
        } catch (SQLException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            throw e instanceof StoreException store ? store : SqliteTrouble.translate(file, e);
        }
    }

    private void bringUpToDate(List<String> steps, boolean toRead) {
        int version = version(handle);
        if (version > steps.size() || (toRead && version < steps.size())) {
            throw otherSchema(version, steps.size());
        }
        // Nothing is written, and no lock taken, where there is nothing to do.
        if (version == steps.size()) {
            requireSound();
            return;
        }
        handle.useTransaction(transaction -> {
            // Another process may have been quicker.
            for (int i = version(transaction); i < steps.size(); i++) {
                transaction.createScript(steps.get(i)).execute();
                transaction.execute("PRAGMA user_version = " + (i + 1));
            }
        });
    }

    private static int version(Handle handle) {
        return handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one();
    }

    /** Once, at the start: a page that is broken is better found now than when somebody saves over it. */
    private void requireSound() {
        String said =
                handle.createQuery("PRAGMA quick_check(1)").mapTo(String.class).first();
        if (!said.equals("ok")) {
            throw new StoreException(
                    StoreException.Kind.DAMAGED,
                    "the file " + name + " is damaged; restore a copy or move it away: "
                            + said.lines().findFirst().orElse(""));
        }
    }

    private StoreException otherSchema(int version, int ours) {
        return new StoreException(
                StoreException.Kind.FOREIGN_SCHEMA,
                version > ours
                        ? "the file " + name + " was written by a newer release (its version is " + version
                                + ", this program knows " + ours + "); use that release"
                        : "the file " + name + " was written by an older release and cannot be changed here");
    }

    /** For sentences. */
    public String name() {
        return name;
    }

    /** Runs a query. */
    public synchronized <T> T read(Function<Handle, T> query) {
        requireOpen();
        try {
            return query.apply(handle);
        } catch (JdbiException e) {
            throw SqliteTrouble.translate(file, e);
        }
    }

    /** Does all of it, and it is on the disk when this returns, or nothing of it. */
    public synchronized <T> T write(Function<Handle, T> work) {
        requireOpen();
        try {
            return handle.inTransaction(work::apply);
        } catch (JdbiException e) {
            throw SqliteTrouble.translate(file, e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException(StoreException.Kind.CLOSED, "the file " + name + " was closed");
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        handle.close();
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteTrouble.translate(file, e);
        }
    }
}

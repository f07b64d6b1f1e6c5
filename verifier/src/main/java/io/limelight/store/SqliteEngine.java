package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** One SQLite file in WAL mode with {@code synchronous=FULL}. */
final class SqliteEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int READERS = 4;

    /** Less than the shared-memory file of the write-ahead log needs. */
    private static final long LITTLE_ROOM = 64 * 1024;

    private final Path file;
    private final SQLiteDataSource source;

    SqliteEngine(Path file, int busyMillis) {
        this.file = file;
        this.source = source(file, busyMillis);
    }

    private static SQLiteDataSource source(Path file, int busyMillis) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        // A transaction that begins by reading cannot wait for another writer when it comes to write: SQLite then
        // refuses at once, since waiting could be a deadlock. Ours are all meant to write, so they take the lock first.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(busyMillis);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public WriterLink open(String service, boolean migrate, boolean alone) {
        try {
            PrivateFiles.createFolder(
                    Objects.requireNonNull(file.toAbsolutePath().getParent()));
            PrivateFiles.createEmpty(file);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.IO, "cannot create the database " + file + ": " + FileTrouble.sentence(e), e);
        }
        @Nullable InstanceLock lock = alone ? InstanceLock.take(file) : null;
        try {
            NativeLibrary.keepBeside(file);
            boolean empty = requireOurs();
            new Schema(this, source, null, "sqlite").bringUpToDate(service, migrate || empty);
            return new SqliteLink(source.getConnection(), lock);
        } catch (SQLException | RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            throw e instanceof StoreException store ? store : translate(e);
        }
    }

    /** Refuses what Keylime made; returns whether there is no table yet. */
    private boolean requireOurs() {
        boolean empty = true;
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("SELECT name FROM sqlite_master WHERE type = 'table'")) {
            while (tables.next()) {
                empty = false;
                if (tables.getString(1).startsWith("alembic_version")) {
                    throw new StoreException(
                            StoreException.Kind.FOREIGN_SCHEMA,
                            "the database " + file + " is Keylime's own; name another file, it will be made");
                }
            }
            return empty;
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    @Override
    public HikariConfig readers(String service) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        return pool;
    }

    @Override
    public boolean worthAnotherConnection(Throwable failure) {
        return false;
    }

    @Override
    public StoreException translate(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        LOG.debug("database {}", file, failure);
        for (Trouble trouble : Trouble.values()) {
            if (trouble.named.matcher(text).find()) {
                if (trouble == Trouble.IO && diskIsFull()) {
                    return new StoreException(
                            StoreException.Kind.FULL,
                            "the database " + file + " refused: " + Trouble.FULL.advice,
                            failure);
                }
                return new StoreException(
                        trouble.kind, "the database " + file + " refused: " + trouble.advice, failure);
            }
        }
        return new StoreException(
                StoreException.Kind.OTHER, "the database " + file + " refused: " + Engine.firstLine(cause), failure);
    }

    /** SQLite reports a disk without room for its auxiliary files as a failure to write them. */
    private boolean diskIsFull() {
        try {
            return Files.getFileStore(file).getUsableSpace() < LITTLE_ROOM;
        } catch (IOException e) {
            return false;
        }
    }

    /** SQLite's result codes as its driver prints them, extended ones included. */
    private enum Trouble {
        FULL("SQLITE_FULL", StoreException.Kind.FULL, "the disk is full; free some space"),
        LOCKED(
                "SQLITE_(BUSY|LOCKED)",
                StoreException.Kind.LOCKED,
                "another program holds it; is a second service running?"),
        READ_ONLY(
                "SQLITE_(READONLY|CANTOPEN|PERM)",
                StoreException.Kind.READ_ONLY,
                "it is read-only for this user, or its folder is"),
        DAMAGED(
                "SQLITE_(CORRUPT|NOTADB)",
                StoreException.Kind.DAMAGED,
                "it is damaged; restore a copy or move it away"),
        IO("SQLITE_IOERR", StoreException.Kind.IO, "reading or writing failed; look at the disk");

        private final Pattern named;
        private final StoreException.Kind kind;
        private final String advice;

        Trouble(String named, StoreException.Kind kind, String advice) {
            this.named = Pattern.compile(named);
            this.kind = kind;
            this.advice = advice;
        }
    }
}

package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.LockFile;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** One SQLite file in WAL mode with {@code synchronous=FULL}. */
final class SqliteEngine implements Engine {
    private static final int READERS = 4;

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
        @Nullable LockFile lock = alone ? InstanceLock.take(file) : null;
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
        return SqliteTrouble.translate(file, failure);
    }
}

package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A service's database: one SQLite file in WAL mode with {@code synchronous=FULL}, so that what was committed is there
 * after a power cut. Reads go through a small pool; all writes go through {@link Writer}'s one thread.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;

    /** Less than the shared-memory file of the write-ahead log needs. */
    private static final long LITTLE_ROOM = 64 * 1024;

    private final Path file;
    private final HikariDataSource readers;
    private final Jdbi jdbi;
    private final Writer writer;

    private Database(Path file, HikariDataSource readers, Writer writer) {
        this.file = file;
        this.readers = readers;
        this.jdbi = Jdbi.create(readers);
        this.writer = writer;
    }

    /** As {@link #open(Path, String, boolean)}, bringing an older schema up to date. */
    public static Database open(Path file, String service) {
        return open(file, service, true);
    }

    /**
     * Opens the file, creating it with mode 0600, and brings its schema up to date.
     *
     * @param file for example {@code limelight_reg.sqlite}
     * @param service whose schema, a folder under {@code db/} of the class path
     * @param migrate whether an older schema may be changed; a new file always gets the schema
     * @throws StoreException if the file cannot be opened, belongs to a newer or another program, or is damaged
     */
    public static Database open(Path file, String service, boolean migrate) {
        return open(file, service, migrate, BUSY_MILLIS);
    }

    static Database open(Path file, String service, boolean migrate, int busyMillis) {
        try {
            PrivateFiles.createFolder(
                    java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()));
            PrivateFiles.createEmpty(file);
        } catch (IOException e) {
            throw new StoreException(
                    StoreException.Kind.IO, "cannot create the database " + file + ": " + FileTrouble.sentence(e), e);
        }
        NativeLibrary.keepBeside(file);
        SQLiteDataSource source = source(file, busyMillis);
        boolean empty = requireOurs(file, source);
        bringUpToDate(file, source, service, migrate || empty);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        pool.setPoolName("store-" + service);
        Writer writer;
        try {
            writer = new Writer(file, source.getConnection());
        } catch (SQLException e) {
            throw translate(file, e);
        }
        return new Database(file, new HikariDataSource(pool), writer);
    }

    /** Refuses what Keylime made; returns whether there is no table yet. */
    private static boolean requireOurs(Path file, SQLiteDataSource source) {
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
            throw translate(file, e);
        }
    }

    private static void bringUpToDate(Path file, SQLiteDataSource source, String service, boolean migrate) {
        try {
            // Flyway's default passes over migrations it does not know, so an older program would write into a newer
            // schema. With no pattern to ignore it stops.
            Flyway flyway = Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/" + service + "/sqlite")
                    .validateMigrationNaming(true)
                    .ignoreMigrationPatterns(new String[0])
                    .load();
            if (migrate) {
                flyway.migrate();
            } else {
                flyway.validate();
            }
        } catch (FlywayValidateException e) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN_SCHEMA,
                    "the database " + file + " has another schema than this program"
                            + (migrate
                                    ? ": it belongs to a newer release, or was changed by hand. Use that release, or"
                                            + " restore an older copy"
                                    : ", and auto_migrate_db is off: switch it on once, or use the release that made it"),
                    e);
        } catch (FlywayException e) {
            StoreException cause = translate(file, e);
            throw cause.kind() == StoreException.Kind.OTHER
                    ? new StoreException(
                            StoreException.Kind.FOREIGN_SCHEMA,
                            "the database " + file + " cannot be brought to this program's schema: " + firstLine(e),
                            e)
                    : cause;
        }
    }

    private static SQLiteDataSource source(Path file, int busyMillis) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        // A transaction that begins by reading cannot wait for another writer when it comes to write: SQLite then
        // refuses
        // at once, since waiting could be a deadlock. Ours are all meant to write, so they take the lock first.
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        config.setBusyTimeout(busyMillis);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return source;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** Runs a query; sees everything committed before the call. */
    public <T> T read(Function<Handle, T> query) {
        try {
            return jdbi.withHandle(query::apply);
        } catch (JdbiException e) {
            throw translate(file, e);
        }
    }

    /**
     * Hands work to the writer. The result is there only after the work has been committed and is on disk. What depends on
     * the result runs on the writer's thread unless it is given an executor, and everybody's commits wait for it: do
     * nothing there that blocks.
     *
     * @return completes with the work's result, or with {@link StoreException} or the work's own exception, in which case
     *     nothing of this work was stored
     */
    public <T> CompletableFuture<T> submit(Function<Handle, T> work) {
        return writer.submit(work);
    }

    /** As {@link #submit}, waiting for the commit. */
    public <T> T write(Function<Handle, T> work) {
        try {
            return writer.submit(work).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    static StoreException translate(Path file, Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        LOG.debug("database {}", file, failure);
        for (Trouble trouble : Trouble.values()) {
            if (trouble.named.matcher(text).find()) {
                if (trouble == Trouble.IO && diskIsFull(file)) {
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
                StoreException.Kind.OTHER, "the database " + file + " refused: " + firstLine(cause), failure);
    }

    /** SQLite reports a disk without room for its auxiliary files as a failure to write them. */
    private static boolean diskIsFull(Path file) {
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

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason given");
    }

    /** Lets waiting work end, closes everything. */
    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}

package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
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

    /**
     * Opens the file, creating it with mode 0600, and brings its schema up to date.
     *
     * @param file for example {@code limelight_reg.sqlite}
     * @param service whose schema, a folder under {@code db/} of the class path
     * @throws StoreException if the file cannot be opened, belongs to a newer program, or is damaged
     */
    public static Database open(Path file, String service) {
        try {
            PrivateFiles.createFolder(
                    java.util.Objects.requireNonNull(file.toAbsolutePath().getParent()));
            PrivateFiles.createEmpty(file);
        } catch (IOException e) {
            throw new StoreException("cannot create the database " + file + ": " + e.getMessage(), e);
        }
        SQLiteDataSource source = source(file);
        try {
            Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/" + service + "/sqlite")
                    .validateMigrationNaming(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreException(
                    "the database " + file + " cannot be brought to this program's schema: " + firstLine(e)
                            + ". It may belong to a newer version or be damaged; restore a copy or move it away",
                    e);
        }
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(READERS);
        pool.setMinimumIdle(1);
        pool.setPoolName("store-" + service);
        Writer writer;
        try {
            writer = new Writer(file, Jdbi.open(source.getConnection()));
        } catch (SQLException e) {
            throw translate(file, e);
        }
        return new Database(file, new HikariDataSource(pool), writer);
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
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
     * Hands work to the writer. The result is there only after the work has been committed and is on disk.
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
        String advice = sentence(text.contains("SQLITE_FULL"), "the disk is full; free some space")
                + sentence(text.contains("SQLITE_BUSY"), "another program holds it; is a second service running?")
                + sentence(text.contains("SQLITE_READONLY"), "it is read-only for this user")
                + sentence(
                        text.contains("SQLITE_CORRUPT") || text.contains("SQLITE_NOTADB"),
                        "it is damaged; restore a copy or move it away")
                + sentence(text.contains("SQLITE_IOERR"), "reading or writing failed; look at the disk");
        LOG.debug("database {}", file, failure);
        return new StoreException(
                "the database " + file + " refused: " + (advice.isEmpty() ? firstLine(cause) : advice), failure);
    }

    private static String sentence(boolean condition, String text) {
        return condition ? text : "";
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

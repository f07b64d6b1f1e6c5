package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's database: one SQLite file, or a schema on a PostgreSQL server. What was committed is there after a power cut.
 * Reads go through a pool; all writes go through {@link Writer}'s one thread.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int BUSY_MILLIS = 10_000;

    private final Engine engine;
    private final HikariDataSource readers;
    private final Jdbi jdbi;
    private final Writer writer;
    private final AtomicBoolean silent = new AtomicBoolean();
    private volatile LongConsumer reads = _ -> {};

    private Database(Engine engine, HikariDataSource readers, Writer writer) {
        this.engine = engine;
        this.readers = readers;
        this.jdbi = StorableText.with(Jdbi.create(readers));
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
        return open(new SqliteEngine(file, busyMillis), service, migrate, false);
    }

    /**
     * Opens a database wherever it is, and brings its schema up to date.
     *
     * @param service whose schema, a folder under {@code db/} of the class path
     * @param migrate whether an older schema may be changed; an empty database always gets the schema
     * @throws StoreException if it cannot be reached or used, belongs to a newer or another program, or is damaged
     */
    public static Database open(DatabaseLocation location, String service, boolean migrate) {
        return open(engine(location), service, migrate, false);
    }

    /**
     * As {@link #open(DatabaseLocation, String, boolean)}, for a program that must be the only one on its database; it is
     * until it is closed or its process ends.
     *
     * @throws StoreException also if another one is
     */
    public static Database openAlone(DatabaseLocation location, String service, boolean migrate) {
        return open(engine(location), service, migrate, true);
    }

    private static Engine engine(DatabaseLocation location) {
        return switch (location) {
            case DatabaseLocation.SqliteFile(Path file) -> new SqliteEngine(file, BUSY_MILLIS);
            case DatabaseLocation.PostgresServer(PostgresAddress address, int connections) ->
                new PostgresEngine(address, connections);
        };
    }

    private static Database open(Engine engine, String service, boolean migrate, boolean alone) {
        WriterLink link = engine.open(service, migrate, alone);
        HikariConfig pool = engine.readers(service);
        pool.setPoolName("store-" + service);
        return new Database(engine, new HikariDataSource(pool), new Writer(engine, service, link));
    }

    /** Which database, for sentences: the file, or database and server. */
    public String name() {
        return engine.name();
    }

    /**
     * Has somebody hear how long things take, in nanoseconds.
     *
     * @param reads a query with its wait for a connection
     * @param commits a group of writes, until it is on disk
     */
    public void timed(LongConsumer reads, LongConsumer commits) {
        this.reads = reads;
        writer.timed(commits);
    }

    /**
     * Looks whether it can be read, and whether its writer takes work and gets it committed.
     *
     * @param patience with the writer
     * @throws StoreException if not
     */
    public void probe(Duration patience) {
        var _ = read(handle -> handle.createQuery("SELECT 1").mapTo(Long.class).one());
        try {
            submit(_ -> true).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new StoreException(
                    StoreException.Kind.UNREACHABLE,
                    "the writer of the database " + engine.name() + " has not got to anything for "
                            + patience.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.CLOSED, "the program is being stopped");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof StoreException store ? store : engine.translate(cause == null ? e : cause);
        }
    }

    /** Runs a query; sees everything committed before the call. It may be run twice, when a connection was lost. */
    public <T> T read(Function<Handle, T> query) {
        long begun = System.nanoTime();
        try {
            return readTwice(query);
        } finally {
            reads.accept(System.nanoTime() - begun);
        }
    }

    private <T> T readTwice(Function<Handle, T> query) {
        try {
            return answered(jdbi.withHandle(query::apply));
        } catch (JdbiException e) {
            if (!engine.worthAnotherConnection(e)) {
                throw unanswered(e);
            }
            // When one is lost, mostly all are, and the pool hands out those unasked that were used a moment ago.
            readers.getHikariPoolMXBean().softEvictConnections();
        }
        try {
            return answered(jdbi.withHandle(query::apply));
        } catch (JdbiException e) {
            throw unanswered(e);
        }
    }

    private StoreException unanswered(JdbiException failure) {
        StoreException told = engine.translate(failure);
        if (told.kind() == StoreException.Kind.UNREACHABLE) {
            silent.set(true);
        }
        return told;
    }

    /** Whoever asked has logged that there was no answer; a server that only hung is never lost to the writer, which waits. */
    private <T> T answered(T result) {
        if (silent.get() && silent.getAndSet(false)) {
            LOG.info("the database {} answers queries again", engine.name());
        }
        return result;
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

    /** Lets waiting work end, closes everything. */
    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}

package io.limelight.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's connection to a server, made anew when it is lost. It gives what one file gives for nothing:
 *
 * <ul>
 *   <li><b>One writer.</b> Each transaction begins with an advisory lock of its schema, whoever's process it is in, as
 *       SQLite's begin with the lock of the file. So a transaction sees all that were committed before it and nothing
 *       changes under it, and numbers given in it are in the order of the commits: a reader of events who has read up to
 *       one has missed none before it.
 *   <li><b>One verifier.</b> Its connection holds a second lock for as long as it lives. When it is lost the server may not
 *       know that yet, so the next connection ends the old one's session by its number first. Should another verifier have
 *       come in between, this one's row in {@code writer} is gone, and it can write nothing any more: every transaction
 *       changes that row, and finds none. That holds even behind a pooler, where a session is not one's own.
 *   <li><b>A commit is on disk or is not.</b> When the connection is lost between the word COMMIT and the answer, nobody
 *       knows. The row in {@code writer} has the number of the last transaction that was committed: it is looked at over
 *       the next connection, and only then are its callers told; others are turned away until then. They would otherwise do again what was done, or believe
 *       in what was not.
 * </ul>
 */
final class PostgresLink implements WriterLink {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** A transaction waits so long for those of other programs, as it does for a file. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);
    /** A session whose other end is gone may take so long to end. */
    private static final Duration ENDING_PATIENCE = Duration.ofSeconds(3);

    /** Rows of programs that have not written for so long are forgotten; only registrars have several. */
    private static final String FORGOTTEN_AFTER = "7 days";

    private static final String OWN_ROW = "UPDATE writer SET last_commit = ?, changed_at = now() WHERE instance = ?";
    /** One of several registrars may have been silent for so long that its row was forgotten. */
    private static final String ANY_ROW = "INSERT INTO writer (last_commit, instance) VALUES (?, ?)"
            + " ON CONFLICT (instance) DO UPDATE SET last_commit = excluded.last_commit, changed_at = now()";

    private final PostgresEngine engine;
    private final PostgresSource source;
    private final boolean alone;
    private final long writing;
    private final long running;

    private @Nullable Connection connection;
    private @Nullable Handle handle;
    private @Nullable PreparedStatement mark;
    private @Nullable Session session;
    /** Of this program's row in {@code writer}; the server gives it. */
    private @Nullable String instance;

    private boolean lost;
    private long number;

    private int pieces;
    private boolean pieceOpen;
    private boolean undone;

    /** A session of the server, by its process and the time of its start: processes have their numbers again some day. */
    private record Session(int process, String started) {}

    /**
     * Not yet connected.
     *
     * @param alone whether no other program may write to this schema
     */
    PostgresLink(PostgresEngine engine, PostgresSource source, String schema, boolean alone) {
        this.engine = engine;
        this.source = source;
        this.alone = alone;
        this.writing = key(schema, "writing");
        this.running = key(schema, "running");
    }

    /** Advisory locks are numbers, of a database. */
    private static long key(String schema, String purpose) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((schema + '\0' + purpose).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    // --- connecting ---

    /** Connects, and takes the lock of the only program that runs if this one is to be that. */
    Connection connect() throws SQLException {
        Connection fresh = source.getConnection();
        try {
            try (Statement statement = fresh.createStatement()) {
                statement.execute("SET lock_timeout = " + LOCK_PATIENCE.toMillis());
                // A machine that dies says nothing. Within a minute or two the server is to know, and let the next one
                // in.
                statement.execute("SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10;"
                        + " SET tcp_keepalives_count = 3; SET idle_in_transaction_session_timeout = '2min'");
                // Whatever the server does for others: what is told here as stored is on its disk.
                statement.execute("SELECT pg_catalog.set_config('synchronous_commit', 'on', false)"
                        + " WHERE pg_catalog.current_setting('synchronous_commit') = 'off'");
            }
            @Nullable Session former = session;
            if (former != null) {
                end(fresh, former);
            }
            if (alone && !lockedAlone(fresh)) {
                throw InstanceLock.heldBy(engine.name());
            }
            session = sessionOf(fresh);
            fresh.setAutoCommit(false);
            connection = fresh;
            handle = StorableText.jdbi(fresh).open();
            mark = null;
            return fresh;
        } catch (SQLException | RuntimeException e) {
            closeQuietly(fresh);
            throw e;
        }
    }

    private static Session sessionOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid(),"
                        + " (SELECT EXTRACT(EPOCH FROM backend_start)::text FROM pg_catalog.pg_stat_activity"
                        + " WHERE pid = pg_catalog.pg_backend_pid())")) {
            row.next();
            return new Session(row.getInt(1), String.valueOf(row.getString(2)));
        }
    }

    /** The server may believe in a connection for hours that nobody is at the other end of. */
    private static void end(Connection connection, Session former) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
                        + " WHERE pid = ? AND EXTRACT(EPOCH FROM backend_start)::text = ?"
                        + " AND pid <> pg_catalog.pg_backend_pid()")) {
            statement.setInt(1, former.process);
            statement.setString(2, former.started);
            statement.execute();
        }
    }

    /** Waits for the end of a session of one's own that was lost, or of a verifier that was killed just now. */
    private boolean lockedAlone(Connection connection) throws SQLException {
        try (Statement patience = connection.createStatement();
                PreparedStatement lock = connection.prepareStatement("SELECT pg_catalog.pg_advisory_lock(?)")) {
            patience.execute("SET lock_timeout = " + ENDING_PATIENCE.toMillis());
            lock.setLong(1, running);
            lock.execute();
            patience.execute("SET lock_timeout = " + LOCK_PATIENCE.toMillis());
            return true;
        } catch (SQLException e) {
            if (PostgresTrouble.of(e) == PostgresTrouble.LOCKED) {
                return false;
            }
            throw e;
        }
    }

    /** Makes this program's row in {@code writer}. The schema is there by now. */
    void register() throws SQLException {
        Connection open = open();
        lock(open);
        try (PreparedStatement others = open.prepareStatement(
                        alone
                                ? "DELETE FROM writer"
                                : "DELETE FROM writer WHERE changed_at < now() - INTERVAL '" + FORGOTTEN_AFTER + "'");
                PreparedStatement own = open.prepareStatement("INSERT INTO writer (instance, last_commit)"
                        + " VALUES (gen_random_uuid()::text, 0) RETURNING instance")) {
            others.execute();
            try (ResultSet row = own.executeQuery()) {
                row.next();
                instance = row.getString(1);
            }
        }
        open.commit();
    }

    private Connection open() throws SQLException {
        Connection open = connection;
        return open == null ? connect() : open;
    }

    private void lock(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("SELECT pg_catalog.pg_advisory_xact_lock(?)")) {
            statement.setLong(1, writing);
            statement.execute();
        }
    }

    // --- transactions ---

    @Override
    public Handle handle() {
        Handle open = handle;
        if (open == null) {
            throw new IllegalStateException("no transaction was begun");
        }
        return open;
    }

    @Override
    public void begin(int pieces) throws SQLException {
        this.pieces = pieces;
        pieceOpen = false;
        undone = false;
        try {
            lockAndMark();
        } catch (SQLException e) {
            if (PostgresTrouble.of(e) != PostgresTrouble.UNREACHABLE) {
                throw e;
            }
            // Lost since the last transaction, of which nothing has been done yet: the callers need not know.
            boolean first = connection != null;
            drop();
            if (!first) {
                lostFor(e);
                throw e;
            }
            try {
                lockAndMark();
            } catch (SQLException again) {
                lostFor(again);
                throw again;
            }
        }
        if (lost) {
            lost = false;
            LOG.info("the database {} can be reached again", engine.name());
        }
    }

    private void lostFor(SQLException reason) {
        drop();
        if (!lost) {
            lost = true;
            LOG.warn(
                    "the database {} cannot be reached, nothing can be stored until it is back: {}",
                    engine.name(),
                    Engine.firstLine(Engine.root(reason)));
        }
    }

    /** One round trip: the lock, and the number of this transaction in this program's row. */
    private void lockAndMark() throws SQLException {
        Connection open = open();
        PreparedStatement statement = mark;
        if (statement == null) {
            // Of the two the lock must come first, and each statement has its own view of what is committed.
            statement =
                    open.prepareStatement("SELECT pg_catalog.pg_advisory_xact_lock(?); " + (alone ? OWN_ROW : ANY_ROW));
            mark = statement;
        }
        number++;
        statement.setLong(1, writing);
        statement.setLong(2, number);
        statement.setString(3, instance);
        statement.execute();
        statement.getMoreResults();
        if (statement.getUpdateCount() != 1) {
            throw new StoreException(
                    StoreException.Kind.LOCKED,
                    "another verifier has taken over " + engine.name()
                            + "; stop one of the two and start this one again");
        }
    }

    @Override
    public void beginPiece() throws SQLException {
        if (pieces > 1) {
            // The last one's savepoint goes with the same message: it was kept or is empty.
            run(pieceOpen ? "RELEASE SAVEPOINT piece; SAVEPOINT piece" : "SAVEPOINT piece");
            pieceOpen = true;
        }
    }

    @Override
    public void keepPiece() {
        // With the next one, or with the commit.
    }

    @Override
    public void undoPiece() throws SQLException {
        if (pieces > 1) {
            run("ROLLBACK TO SAVEPOINT piece");
        } else {
            undone = true;
            open().rollback();
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = open().createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void commit() throws SQLException, CommitUnknownException {
        if (undone) {
            return;
        }
        try {
            open().commit();
        } catch (SQLException e) {
            if (PostgresTrouble.of(e) != PostgresTrouble.UNREACHABLE) {
                throw e;
            }
            LOG.warn(
                    "the connection to {} was lost during a commit; what became of it is looked up: {}",
                    engine.name(),
                    Engine.firstLine(Engine.root(e)));
            drop();
            throw new CommitUnknownException(e);
        }
    }

    @Override
    public boolean committedAfterAll() throws SQLException {
        try {
            Connection open = open();
            // Whoever has the lock knows that the former session has ended, one way or the other.
            lock(open);
            boolean committed = lastCommitted(open) == number;
            open.rollback();
            LOG.info("that commit to {} was {}", engine.name(), committed ? "made" : "not made");
            return committed;
        } catch (SQLException e) {
            if (PostgresTrouble.of(e) == PostgresTrouble.UNREACHABLE) {
                lostFor(e);
            } else {
                drop();
            }
            throw e;
        }
    }

    private long lastCommitted(Connection open) throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("SELECT last_commit FROM writer WHERE instance = ?")) {
            statement.setString(1, instance);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : -1;
            }
        }
    }

    @Override
    public void abandon() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            LOG.debug("rollback after a failed transaction", e);
            if (PostgresTrouble.of(e) == PostgresTrouble.UNREACHABLE) {
                // Lost in the middle of its work: this is the only place that hears of it.
                lostFor(e);
            } else {
                drop();
            }
        }
    }

    private void drop() {
        Connection open = connection;
        connection = null;
        handle = null;
        mark = null;
        if (open != null) {
            closeQuietly(open);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection did not close in order", e);
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        if (open != null && instance != null) {
            try (PreparedStatement statement = open.prepareStatement("DELETE FROM writer WHERE instance = ?")) {
                lock(open);
                statement.setString(1, instance);
                statement.execute();
                open.commit();
            } catch (SQLException e) {
                LOG.debug("the row of this program stays until the next start", e);
            }
        }
        drop();
    }
}

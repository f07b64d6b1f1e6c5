package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema in a database of a PostgreSQL server: {@code limelight_verifier} or {@code limelight_registrar}, so that nothing
 * there collides with Keylime's tables, which lie in {@code public}.
 */
final class PostgresEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String OURS = "limelight_";

    /** The server may need so long for one answer; after that it counts as lost. */
    private static final int ANSWER_SECONDS = 60;

    /** A caller waits so long for a connection. */
    private static final int PATIENCE_MILLIS = 3_000;

    private static final int OLDEST_SERVER = 13;

    private final PostgresAddress address;
    private final int readers;

    PostgresEngine(PostgresAddress address, int readers) {
        this.address = address;
        this.readers = readers;
    }

    @Override
    public String name() {
        return address.name();
    }

    private static String schema(String service) {
        return OURS + service;
    }

    private PostgresSource source(String service, int answerSeconds) {
        return PostgresSource.of(address, schema(service), "limelight " + service, answerSeconds);
    }

    @Override
    public WriterLink open(String service, boolean migrate, boolean alone) {
        PostgresLink link = new PostgresLink(this, source(service, ANSWER_SECONDS), schema(service), alone);
        try {
            Connection connection = link.connect();
            boolean empty = look(connection, schema(service));
            // Idle in a transaction it would keep the server from tidying up.
            connection.rollback();
            new Schema(this, source(service, 0), schema(service), "postgresql")
                    .bringUpToDate(service, migrate || empty);
            link.register();
            return link;
        } catch (SQLException | RuntimeException e) {
            link.close();
            throw e instanceof StoreException store ? store : translate(e);
        }
    }

    /** Refuses a server that is too old, warns of one that forgets; returns whether the schema has no table yet. */
    private boolean look(Connection connection, String schema) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_SERVER) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN_SCHEMA,
                    "the database " + name() + " is on PostgreSQL " + version + "; " + OLDEST_SERVER
                            + " or newer is needed");
        }
        try (Statement statement = connection.createStatement();
                ResultSet fsync = statement.executeQuery("SHOW fsync")) {
            if (fsync.next() && fsync.getString(1).equals("off")) {
                LOG.warn(
                        "the server of {} has fsync off: what is stored may be gone or damaged after a power cut",
                        name());
            }
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COUNT(*) FROM pg_catalog.pg_tables WHERE schemaname = ?")) {
            statement.setString(1, schema);
            try (ResultSet tables = statement.executeQuery()) {
                return !tables.next() || tables.getLong(1) == 0;
            }
        }
    }

    @Override
    public HikariConfig readers(String service) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source(service, ANSWER_SECONDS));
        pool.setMaximumPoolSize(readers);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(PATIENCE_MILLIS);
        pool.setValidationTimeout(PATIENCE_MILLIS - 500L);
        // That it can be reached was found out by the writer.
        pool.setInitializationFailTimeout(-1);
        return pool;
    }

    /** One that the pool had lost: a server that was started again is not noticed by who only reads. */
    @Override
    public boolean worthAnotherConnection(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return false;
            }
        }
        return PostgresTrouble.of(failure) == PostgresTrouble.UNREACHABLE;
    }

    @Override
    public StoreException translate(Throwable failure) {
        LOG.debug("database {}", name(), failure);
        Throwable root = Engine.root(failure);
        PostgresTrouble trouble = PostgresTrouble.of(failure);
        if (trouble == null) {
            return new StoreException(
                    StoreException.Kind.OTHER,
                    "the database " + name() + " refused: " + Engine.firstLine(root),
                    failure);
        }
        return new StoreException(
                trouble.kind(),
                "the database " + name() + (trouble.kind() == StoreException.Kind.UNREACHABLE ? " " : " refused: ")
                        + trouble.advice() + " (" + Engine.firstLine(root) + ")",
                failure);
    }
}

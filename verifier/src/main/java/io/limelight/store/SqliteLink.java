package io.limelight.store;

import io.limelight.core.secret.LockFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer's connection to a file. Beginning a transaction takes the file's write lock (see {@link SqliteEngine}). */
final class SqliteLink implements WriterLink {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteLink.class);

    private final Connection connection;
    private final Handle handle;
    private final PreparedStatement savepoint;
    private final PreparedStatement release;
    private final PreparedStatement undo;
    private final @Nullable LockFile lock;

    SqliteLink(Connection connection, @Nullable LockFile lock) throws SQLException {
        this.connection = connection;
        this.handle = StorableText.jdbi(connection).open();
        this.savepoint = connection.prepareStatement("SAVEPOINT piece");
        this.release = connection.prepareStatement("RELEASE piece");
        this.undo = connection.prepareStatement("ROLLBACK TO piece");
        this.lock = lock;
    }

    @Override
    public Handle handle() {
        return handle;
    }

    @Override
    public void begin(int pieces) {
        handle.begin();
    }

    @Override
    public void beginPiece() throws SQLException {
        savepoint.execute();
    }

    @Override
    public void keepPiece() throws SQLException {
        release.execute();
    }

    @Override
    public void undoPiece() throws SQLException {
        undo.execute();
        release.execute();
    }

    @Override
    public void commit() {
        handle.commit();
    }

    @Override
    public boolean committedAfterAll() {
        throw new IllegalStateException("a file answers every commit");
    }

    @Override
    public void abandon() {
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            LOG.debug("rollback after a failed commit", e);
        }
    }

    @Override
    public void close() {
        handle.close();
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("the writer's connection did not close in order", e);
        }
        if (lock != null) {
            lock.close();
        }
    }
}

package io.limelight.store;

import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/**
 * The connection that all writes go through. Used by one thread; a transaction is a group of pieces of work, each of which
 * can be taken back alone.
 */
interface WriterLink extends AutoCloseable {
    /** What work is done with; between {@link #begin} and {@link #commit} always the same. */
    Handle handle();

    /**
     * Begins a transaction. From now on nobody else writes until it ends, and everything that others have committed is
     * seen.
     *
     * @param pieces how many there will be
     */
    void begin(int pieces) throws SQLException;

    /** A piece of work begins. */
    void beginPiece() throws SQLException;

    /** The piece succeeded. */
    void keepPiece() throws SQLException;

    /** The piece failed: what it did is taken back, and the transaction goes on. */
    void undoPiece() throws SQLException;

    /**
     * Returns when the transaction is on disk.
     *
     * @throws SQLException if it is not
     * @throws CommitUnknownException if nobody knows; {@link #committedAfterAll} then comes before anything else
     */
    void commit() throws SQLException, CommitUnknownException;

    /**
     * Looks what became of the transaction of which that was not known.
     *
     * @return whether it is on disk
     * @throws SQLException if that cannot be found out now
     * @throws StoreException if it will never be found out
     */
    boolean committedAfterAll() throws SQLException;

    /** Ends a transaction that failed; never throws. */
    void abandon();

    @Override
    void close();
}

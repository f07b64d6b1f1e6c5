package io.limelight.store;

import com.zaxxer.hikari.HikariConfig;
import java.sql.SQLException;

/** What is different between databases: how one is opened, how its one writer writes, what its errors mean. */
interface Engine {
    /** Which database, for sentences. */
    String name();

    /**
     * Opens the writer's connection and brings the schema up to date, in the order that keeps a second program out.
     *
     * @param service whose schema, a folder under {@code db/} of the class path
     * @param migrate whether an older schema may be changed; an empty database always gets the schema
     * @param alone whether no other program may be running on this database
     * @throws StoreException if it cannot be used
     */
    WriterLink open(String service, boolean migrate, boolean alone);

    /** The pool of connections for reading. */
    HikariConfig readers(String service);

    /** What an error means, and what to do about it. */
    StoreException translate(Throwable failure);

    /** Whether a query that failed so may work if it is asked again at once, on another connection. */
    boolean worthAnotherConnection(Throwable failure);

    /** The SQLException that is the cause of a failure, or the last cause there is. */
    static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof SQLException sql && sql.getSQLState() != null) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The first line of a failure's message. */
    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("no reason given");
    }
}

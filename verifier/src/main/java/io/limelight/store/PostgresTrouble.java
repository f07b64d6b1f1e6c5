package io.limelight.store;

import io.limelight.store.StoreException.Kind;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's states of errors (its manual, appendix A), by what is to be done. */
enum PostgresTrouble {
    UNREACHABLE(
            "08...|57P0[1-5]",
            Kind.UNREACHABLE,
            "cannot be reached or is starting; look at the server and at database_url"),
    BUSY("53300", Kind.UNREACHABLE, "has no connection left (max_connections of its server)"),
    DENIED("28...", Kind.DENIED, "it does not let this user in; look at user and password in database_url"),
    NO_DATABASE("3D000", Kind.DENIED, "there is no such database; make it: CREATE DATABASE … OWNER …"),
    NOT_ALLOWED(
            "42501",
            Kind.DENIED,
            "its user may not do that; let an administrator run CREATE SCHEMA … AUTHORIZATION … for the schema that the"
                    + " program names, or make the user the owner of the database"),
    FULL("53100", Kind.FULL, "the disk of the server is full; free some space"),
    NO_MEMORY("53200|53400|54...", Kind.IO, "the server has reached a limit; its log says which"),
    READ_ONLY("25006", Kind.READ_ONLY, "it is read-only: a standby, or set so"),
    LOCKED("55P03|55006|40001|40P01", Kind.LOCKED, "another program holds it; is a second service running?"),
    CANCELLED("57014|25P03", Kind.LOCKED, "the server broke off the statement: it has a time-out"),
    DAMAGED("XX001|XX002", Kind.DAMAGED, "it is damaged; restore a copy"),
    IO("58...", Kind.IO, "the server failed to read or write; look at its disk");

    private final Pattern state;
    private final Kind kind;
    private final String advice;

    PostgresTrouble(String state, Kind kind, String advice) {
        this.state = Pattern.compile(state);
        this.kind = kind;
        this.advice = advice;
    }

    Kind kind() {
        return kind;
    }

    String advice() {
        return advice;
    }

    /** Which it is; null for anything else. */
    static @Nullable PostgresTrouble of(Throwable failure) {
        boolean noConnection = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                // The pool's own, when it got none in time; the cause below it says more.
                noConnection = true;
            }
        }
        Throwable root = Engine.root(failure);
        if (root instanceof SQLException sql && sql.getSQLState() != null) {
            for (PostgresTrouble trouble : values()) {
                if (trouble.state.matcher(sql.getSQLState()).matches()) {
                    return trouble;
                }
            }
        }
        return noConnection ? UNREACHABLE : null;
    }
}

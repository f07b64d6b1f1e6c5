package io.limelight.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Statements of the writer's connection, each prepared once and used ever after, without the statement library: what runs
 * for every registration or attestation there is. Only work handed to {@link Database#submit} or {@link Database#write}
 * may use it, since that all runs on one thread. The statements end with their connection.
 */
public final class Prepared {
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private @Nullable Connection connection;

    /** Makes something of the row a result stands at. */
    @FunctionalInterface
    public interface RowReader<T> {
        /** Reads columns, counted from 1. */
        T read(ResultSet row) throws SQLException;
    }

    /** Runs an INSERT, UPDATE or DELETE; arguments are texts, whole numbers or null. Returns how many rows it changed. */
    public int update(Handle handle, String sql, @Nullable Object... arguments) {
        try {
            return bound(handle, sql, arguments).executeUpdate();
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    /** Runs a query; all its rows. */
    public <T> List<T> all(Handle handle, RowReader<T> reader, String sql, @Nullable Object... arguments) {
        try (ResultSet rows = bound(handle, sql, arguments).executeQuery()) {
            List<T> all = new ArrayList<>();
            while (rows.next()) {
                all.add(reader.read(rows));
            }
            return all;
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    /** Runs a query; its first row. */
    public <T> Optional<T> first(Handle handle, RowReader<T> reader, String sql, @Nullable Object... arguments) {
        try (ResultSet rows = bound(handle, sql, arguments).executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    private PreparedStatement bound(Handle handle, String sql, @Nullable Object... arguments) throws SQLException {
        Connection now = handle.getConnection();
        if (!now.equals(connection)) {
            statements.clear();
            connection = now;
        }
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = now.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            statement.setObject(i + 1, argument instanceof String text ? StorableText.of(text) : argument);
        }
        return statement;
    }
}

package io.limelight.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * An SQLite file of Keylime's, read and never written: it is opened read-only, so that not even a schema can be changed.
 * Columns are looked up by name in whatever the file has, since Keylime's migrations have added some over the years.
 */
public final class KeylimeFile implements AutoCloseable {
    private final Path file;
    private final Connection connection;

    private KeylimeFile(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /**
     * Opens it.
     *
     * @param table that must be in it
     * @throws StoreException if it is no such file; the message says why
     */
    public static KeylimeFile open(Path file, String table) {
        if (!Files.isRegularFile(file)) {
            throw new StoreException(StoreException.Kind.IO, "there is no file " + file);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        try {
            KeylimeFile opened = new KeylimeFile(file, source.getConnection());
            if (!opened.has(table)) {
                opened.close();
                throw new StoreException(
                        StoreException.Kind.FOREIGN_SCHEMA,
                        file + " is none of Keylime's databases, or the other one of the two: it has no table "
                                + table);
            }
            return opened;
        } catch (SQLException e) {
            throw new SqliteEngine(file, 0).translate(e);
        }
    }

    private boolean has(String table) throws SQLException {
        try (var statement =
                connection.prepareStatement("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getLong(1) == 1;
            }
        }
    }

    /** A row; columns by their names. */
    public static final class Row {
        private final Map<String, Object> values;

        private Row(Map<String, Object> values) {
            this.values = values;
        }

        /** As text; null if it is, or the file has no such column. */
        public @Nullable String text(String column) {
            Object value = values.get(column);
            return value == null ? null : value.toString();
        }

        /** As a whole number; null if it is none. */
        public @Nullable Integer number(String column) {
            Object value = values.get(column);
            return value instanceof Number number && number.longValue() == number.intValue()
                    ? Integer.valueOf(number.intValue())
                    : null;
        }

        /** Only which columns there are: some are secret. */
        @Override
        public String toString() {
            return "Row" + values.keySet();
        }
    }

    /** All rows of a query; queries are constants. */
    public List<Row> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            ResultSetMetaData columns = result.getMetaData();
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
                Map<String, Object> values = new HashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    if (value != null) {
                        values.put(columns.getColumnLabel(i).toLowerCase(Locale.ROOT), value);
                    }
                }
                rows.add(new Row(values));
            }
            return rows;
        } catch (SQLException e) {
            throw new SqliteEngine(file, 0).translate(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SqliteEngine(file, 0).translate(e);
        }
    }
}

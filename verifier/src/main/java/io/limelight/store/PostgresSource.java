package io.limelight.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections to a server, made by the driver itself: its own data source writes what it knows into a URL, and migrations
 * log that.
 */
final class PostgresSource implements DataSource {
    private static final int CLOSING_SECONDS = 5;

    private final String url;
    private final Properties properties;

    private PostgresSource(String url, Properties properties) {
        this.url = url;
        this.properties = properties;
    }

    /**
     * For connections that find the tables of a schema.
     *
     * @param answerSeconds how long the server may take to answer before it counts as lost, unless the URL says; 0 for ever
     */
    static PostgresSource of(PostgresAddress address, String schema, String program, int answerSeconds) {
        Properties properties = address.properties();
        properties.setProperty("currentSchema", schema);
        properties.putIfAbsent("ApplicationName", program);
        properties.putIfAbsent("connectTimeout", "5");
        properties.putIfAbsent("socketTimeout", String.valueOf(answerSeconds));
        properties.putIfAbsent("tcpKeepAlive", "true");
        properties.setProperty("assumeMinServerVersion", "13");
        // Details of errors repeat what was to be stored.
        properties.setProperty("logServerErrorDetail", "false");
        return new PostgresSource(address.jdbcUrl(), properties);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("whose connection it is stands in database_url");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // The driver logs by itself.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The URL says how long a connection may take.
    }

    @Override
    public int getLoginTimeout() {
        // The pool waits so long for what is under way when it is closed.
        return CLOSING_SECONDS;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing is wrapped here");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}

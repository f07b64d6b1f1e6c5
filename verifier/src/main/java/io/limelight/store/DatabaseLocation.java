package io.limelight.store;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.PrivateFiles;
import java.nio.file.Path;
import java.util.Optional;

/** Where {@code database_url} says a service's database is. Never Keylime's own file or tables: their schema is another. */
public sealed interface DatabaseLocation {
    /**
     * A file of ours.
     *
     * @param path for example {@code limelight_cv.sqlite} in the work directory
     */
    record SqliteFile(Path path) implements DatabaseLocation {
        @Override
        public String name() {
            return path.toString();
        }
    }

    /**
     * A schema of ours in a database of a PostgreSQL server.
     *
     * @param address of the server; knows the password and does not tell
     * @param readers how many connections there may be for reading
     */
    record PostgresServer(PostgresAddress address, int readers) implements DatabaseLocation {
        @Override
        public String name() {
            return address.name();
        }
    }

    /** The folder of a file; for a server, which has a disk of its own, the other one. */
    default Path folder(Path otherwise) {
        Path folder =
                this instanceof SqliteFile(Path file) ? file.toAbsolutePath().getParent() : null;
        return folder == null ? otherwise : folder;
    }

    /** What to say of a file that every user of this machine can read; nothing of a server, which looks after its own. */
    default Optional<String> openToAll() {
        return this instanceof SqliteFile(Path file) ? PrivateFiles.openToAll("the database", file) : Optional.empty();
    }

    /** For sentences; without the password. */
    String name();

    /**
     * Reads {@code database_url} and {@code database_pool_sz_ovfl}.
     *
     * @param defaultName of the file in the work directory, when the option says {@code sqlite}
     * @throws ConfigException for a URL that cannot be used; no password is in the message
     */
    static DatabaseLocation of(ComponentConfig config, String defaultName) throws ConfigException {
        String url = config.text("database_url");
        if (PostgresAddress.isMeant(url)) {
            try {
                return new PostgresServer(PostgresAddress.parse(url), readers(config));
            } catch (IllegalArgumentException e) {
                throw config.refuse("database_url", String.valueOf(e.getMessage()));
            }
        }
        return new SqliteFile(file(config, url, defaultName));
    }

    private static Path file(ComponentConfig config, String url, String defaultName) throws ConfigException {
        String prefix = "sqlite:///";
        if (url.equals("sqlite")) {
            return config.workDir().resolve(defaultName);
        }
        if (!url.startsWith(prefix) || url.length() == prefix.length()) {
            throw config.refuse(
                    "database_url",
                    "write sqlite, sqlite:////absolute/path, or postgresql://user:password@host/database");
        }
        Path file = config.workDir().resolve(url.substring(prefix.length()));
        String name = String.valueOf(file.getFileName());
        if (name.equals("reg_data.sqlite") || name.equals("cv_data.sqlite")) {
            throw config.refuse("database_url", "that is Keylime's own database; name another file");
        }
        return file;
    }

    /** Keylime's "size, overflow": so many connections at most. One more, which writes, is not counted. */
    private static int readers(ComponentConfig config) throws ConfigException {
        String option = "database_pool_sz_ovfl";
        String[] parts = config.text(option).split(",", -1);
        try {
            int size = Integer.parseInt(parts[0].strip());
            int overflow = parts.length < 2 ? 0 : Integer.parseInt(parts[1].strip());
            if (parts.length <= 2 && size >= 1 && overflow >= 0 && size + (long) overflow <= 1000) {
                return size + overflow;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw config.refuse(option, "write two numbers, connections and overflow, such as 5,10; at most 1000 in all");
    }
}

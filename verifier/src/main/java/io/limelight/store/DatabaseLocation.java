package io.limelight.store;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import java.nio.file.Path;

/** Where {@code database_url} says a service's database is. Never Keylime's own file: its schema is another. */
public final class DatabaseLocation {
    private static final String PREFIX = "sqlite:///";

    private DatabaseLocation() {}

    /**
     * The file.
     *
     * @param defaultName in the work directory, when the option says {@code sqlite}
     */
    public static Path of(ComponentConfig config, String defaultName) throws ConfigException {
        String url = config.text("database_url");
        if (url.equals("sqlite")) {
            return config.workDir().resolve(defaultName);
        }
        if (!url.startsWith(PREFIX) || url.length() == PREFIX.length()) {
            throw config.refuse("database_url", "write sqlite, or sqlite:////absolute/path");
        }
        Path file = config.workDir().resolve(url.substring(PREFIX.length()));
        String name = String.valueOf(file.getFileName());
        if (name.equals("reg_data.sqlite") || name.equals("cv_data.sqlite")) {
            throw config.refuse("database_url", "that is Keylime's own database; name another file");
        }
        return file;
    }
}

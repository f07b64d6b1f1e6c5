package io.limelight.core.config;

import java.util.List;
import java.util.Set;

/**
 * Options whose value asks for something this program does not do. Starting without it would leave somebody believing in a
 * check that nobody makes, so the start stops and says so.
 */
final class Refusals {
    private static final Set<String> FOREIGN_DATABASES = Set.of("mysql", "mariadb", "oracle", "mssql");
    private static final Set<String> DATABASES = Set.of("sqlite", "postgresql", "postgres");

    private Refusals() {}

    static void check(ComponentConfig config) throws ConfigException {
        switch (config.component()) {
            case VERIFIER -> {
                if (!config.list("measured_boot_imports").isEmpty()) {
                    throw config.refuse(
                            "measured_boot_imports", "Python policy modules cannot be loaded here; remove them");
                }
                if (config.text("mode").equals("push")) {
                    throw config.refuse("mode", "the push model is not served by this verifier; use pull");
                }
                config.word("mode", List.of("", "pull"));
                config.word("tomtou", List.of("", "fail", "accept"));
                common(config);
            }
            case REGISTRAR -> common(config);
            case TENANT, CA, AGENT -> {
                // Nothing beyond the types of the values.
            }
        }
    }

    private static void common(ComponentConfig config) throws ConfigException {
        if (!config.text("durable_attestation_import").isEmpty()) {
            throw config.refuse(
                    "durable_attestation_import",
                    "durable attestation modules are Python; there is no such store here");
        }
        if (!config.text("authorization_provider").equals("simple")) {
            throw config.refuse("authorization_provider", "the only provider is simple");
        }
        String scheme = config.text("database_url").replaceFirst("^jdbc:", "").replaceFirst("[+:].*", "");
        if (FOREIGN_DATABASES.contains(scheme)) {
            throw config.refuse("database_url", "databases are SQLite and PostgreSQL, not " + scheme);
        }
        if (!DATABASES.contains(scheme)) {
            throw config.refuse(
                    "database_url",
                    "write sqlite, sqlite:////path/of/file, or postgresql://user:password@host/database");
        }
    }
}

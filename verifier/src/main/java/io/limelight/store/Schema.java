package io.limelight.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;

/** Brings a database to this program's schema, or finds that it is at another. */
final class Schema {
    private final Engine engine;
    private final DataSource source;
    private final @Nullable String name;
    private final String folder;

    /**
     * For this database.
     *
     * @param name of the schema, where an engine has several in a database; made if it is not there
     * @param folder of this engine's migrations, beside those of the others
     */
    Schema(Engine engine, DataSource source, @Nullable String name, String folder) {
        this.engine = engine;
        this.source = source;
        this.name = name;
        this.folder = folder;
    }

    /**
     * Migrates, or only looks.
     *
     * @throws StoreException if the schema is another afterwards
     */
    void bringUpToDate(String service, boolean migrate) {
        try {
            // Flyway's default passes over migrations it does not know, so an older program would write into a newer
            // schema. With no pattern to ignore it stops.
            FluentConfiguration configuration = Flyway.configure()
                    .dataSource(source)
                    .locations("classpath:db/" + service + "/" + folder)
                    .validateMigrationNaming(true)
                    .ignoreMigrationPatterns(new String[0]);
            if (name != null) {
                configuration.schemas(name);
            }
            Flyway flyway = configuration.load();
            if (migrate) {
                flyway.migrate();
            } else {
                flyway.validate();
            }
        } catch (FlywayValidateException e) {
            throw new StoreException(
                    StoreException.Kind.FOREIGN_SCHEMA,
                    "the database " + engine.name() + " has another schema than this program"
                            + (migrate
                                    ? ": it belongs to a newer release, or was changed by hand. Use that release, or"
                                            + " restore an older copy"
                                    : ", and auto_migrate_db is off: switch it on once, or use the release that made it"),
                    e);
        } catch (FlywayException e) {
            StoreException cause = engine.translate(e);
            throw cause.kind() == StoreException.Kind.OTHER
                    ? new StoreException(
                            StoreException.Kind.FOREIGN_SCHEMA,
                            "the database " + engine.name() + " cannot be brought to this program's schema: "
                                    + Engine.firstLine(e),
                            e)
                    : cause;
        }
    }
}

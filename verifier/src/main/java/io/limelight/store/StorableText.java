package io.limelight.store;

import java.sql.Connection;
import java.sql.Types;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.StatementExceptions;

/**
 * Texts as every engine can keep them. PostgreSQL has no NUL in a text; a machine that puts one into what it says of itself
 * would otherwise have a row that cannot be written. It becomes U+FFFD, which no identifier has.
 */
public final class StorableText extends AbstractArgumentFactory<String> {
    private StorableText() {
        super(Types.VARCHAR);
    }

    /** The text without NULs. */
    static String of(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    /** The statement library on one connection. */
    public static Jdbi jdbi(Connection connection) {
        return with(Jdbi.create(connection));
    }

    /** Binds texts so. */
    static Jdbi with(Jdbi jdbi) {
        jdbi.registerArgument(new StorableText());
        // Its messages would repeat what was to be stored.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }

    @Override
    protected Argument build(String value, ConfigRegistry config) {
        String text = of(value);
        return (position, statement, _) -> statement.setString(position, text);
    }
}

package io.limelight.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Logback's configuration until {@link ConsoleLog} sets one up: nothing. Without it Logback would look for XML files
 * (slow) and, finding none, print everything to standard output.
 *
 * <p>Found by Logback through {@code META-INF/services}.
 */
public final class SilentUntilStarted extends ContextAwareBase implements Configurator {
    /** For the service loader. */
    public SilentUntilStarted() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}

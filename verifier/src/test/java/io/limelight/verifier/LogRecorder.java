package io.limelight.verifier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Everything that is logged while it is open, details for developers and stack traces included. The logger belongs to the
 * whole process: other tests write to it meanwhile, so what is looked for has to be recognisable.
 */
final class LogRecorder implements AutoCloseable {
    private static int open;
    private static @Nullable Level before;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.limelight");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    };

    LogRecorder() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        everything(logger);
        logger.addAppender(appender);
    }

    private static synchronized void everything(Logger logger) {
        if (open++ == 0) {
            before = logger.getLevel();
            logger.setLevel(Level.TRACE);
        }
    }

    /** The last one restores the level: another may still be waiting for details. */
    private static synchronized void asBefore(Logger logger) {
        if (--open == 0) {
            logger.setLevel(before);
        }
    }

    String text() {
        return String.join("\n", lines);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        asBefore(logger);
    }
}

package io.limelight.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.limelight.core.config.LoggingConfig;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging for one program. Everything goes to the console, as Keylime's programs do; under systemd the journal
 * keeps it.
 */
public final class ConsoleLog {
    /** Libraries are heard only when something is wrong. */
    private static final Level LIBRARIES = Level.WARN;

    private ConsoleLog() {}

    /**
     * Keylime's line, for registrar, verifier, tenant and the tools: {@code 2026-08-03 07:14:14.123 - keylime.tenant -
     * INFO - message}.
     *
     * @param config from {@code logging.conf}
     * @param lines whether a message may have several lines; not where it may hold what a stranger sent
     */
    public static void startLikeKeylime(
            LoggingConfig config, PrintStream out, PrintStream err, boolean lines, boolean debug) {
        Level level = debug ? Level.DEBUG : Level.toLevel(config.level().word(), Level.INFO);
        start(
                new KeylimeLayout(config, lines, debug),
                config.standardError() ? err : out,
                // The connection pool warns of pauses of its own clock, about which nobody can do anything.
                Map.of("io.limelight", level, "com.zaxxer.hikari", debug ? LIBRARIES : Level.ERROR));
    }

    /** The Rust agent's line on standard error, filtered by {@code RUST_LOG}; without it warnings and errors. */
    public static void startLikeTheAgent(String rustLog, PrintStream err, boolean debug) {
        Map<String, Level> levels = debug ? Map.of("io.limelight", Level.DEBUG) : RustLog.levels(rustLog);
        start(new AgentLayout(debug), err, levels);
    }

    private static void start(Layout<ILoggingEvent> layout, PrintStream out, Map<String, Level> levels) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        context.reset();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.setOutputStream(out);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        root.setLevel(LIBRARIES);
        levels.forEach((name, level) -> context.getLogger(name).setLevel(level));
    }
}

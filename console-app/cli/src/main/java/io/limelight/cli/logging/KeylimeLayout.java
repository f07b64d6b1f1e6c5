package io.limelight.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import io.limelight.core.config.LoggingConfig;
import java.util.List;
import java.util.Map;

/** {@link KeylimeLine} for the services' logger, with the names Keylime's loggers have. */
final class KeylimeLayout extends LayoutBase<ILoggingEvent> {
    /** The first match counts, so longer prefixes stand first. */
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            Map.entry("io.limelight.registrar", "keylime.registrar"),
            Map.entry("io.limelight.verifier", "keylime.verifier"),
            Map.entry("io.limelight.store", "keylime.db"),
            Map.entry("io.limelight.core.http", "keylime.web"),
            Map.entry("io.limelight.core.tenant", "keylime.tenant"),
            Map.entry("io.limelight.cli.tenant", "keylime.tenant"),
            Map.entry("io.limelight.core.ca", "keylime.ca-util"));

    private final KeylimeLine line;
    private final boolean lines;
    private final boolean trace;

    KeylimeLayout(LoggingConfig config, boolean lines, boolean trace) {
        this.line = new KeylimeLine(config);
        this.lines = lines;
        this.trace = trace;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return line.format(new KeylimeLine.Parts(
                event.getInstant(),
                loggerName(event.getLoggerName()),
                levelName(event.getLevel()),
                LogText.of(event, lines, trace),
                event.getThreadName(),
                // Set for the thread that answers; with its leading blank as upstream.
                event.getMDCPropertyMap().getOrDefault("reqid", "")));
    }

    private static String levelName(Level level) {
        return level == Level.WARN ? "WARNING" : level == Level.TRACE ? "DEBUG" : level.toString();
    }

    private static String loggerName(String logger) {
        for (Map.Entry<String, String> name : NAMES) {
            if (logger.startsWith(name.getKey())) {
                return name.getValue();
            }
        }
        String[] parts = logger.split("\\.", -1);
        return logger.startsWith("io.limelight.core.") && parts.length > 3 ? "keylime." + parts[3] : logger;
    }
}

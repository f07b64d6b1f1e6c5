package io.limelight.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;

/** The Rust agent's line: {@code  INFO  keylime_agent > text}. */
final class AgentLayout extends LayoutBase<ILoggingEvent> {
    private final boolean trace;

    AgentLayout(boolean trace) {
        this.trace = trace;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return " " + padded(event.getLevel().toString()) + " " + target(event.getLoggerName()) + " > "
                + LogText.of(event, false, trace) + "\n";
    }

    private static String padded(String level) {
        return level.length() < 5 ? level + " " : level;
    }

    /** {@code io.limelight.agent.tpm.Ek} becomes {@code keylime_agent::tpm}. */
    private static String target(String logger) {
        String agent = "io.limelight.agent";
        if (logger.startsWith(agent)) {
            String[] rest = logger.substring(agent.length()).split("\\.", -1);
            return rest.length > 2 ? "keylime_agent::" + rest[1] : "keylime_agent";
        }
        return logger.startsWith("io.limelight.") ? "keylime" : logger;
    }
}

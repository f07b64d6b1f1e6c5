package io.limelight.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.limelight.core.config.LoggingConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Alone: it sets up the logging of the whole process, and what others write would be among its lines. */
@Isolated
class LayoutsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);

    @AfterEach
    void silent() {
        ConsoleLog.startLikeTheAgent("off", errStream, false);
    }

    private static void log(String logger, String text) {
        LoggerFactory.getLogger(logger).info(text);
    }

    private void keylime() {
        ConsoleLog.startLikeKeylime(LoggingConfig.shipped(), outStream, errStream, false, false);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theLineOfThePythonPrograms() {
        keylime();
        log("io.limelight.registrar.RegistrarRoutes", "hello");
        LoggerFactory.getLogger("io.limelight.core.tls.X").warn("careful");
        assertThat(out())
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} - keylime\\.registrar - INFO - hello\n"
                        + "[^ ]+ [^ ]+ - keylime\\.tls - WARNING - careful\n");
    }

    @Test
    void theLineOfTheRustAgent() {
        ConsoleLog.startLikeTheAgent("keylime_agent=info,keylime=warn", errStream, false);
        log("io.limelight.agent.AgentProgram", "hello");
        log("io.limelight.agent.tpm.Quote", "quoted");
        log("io.limelight.core.http.X", "unheard");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo(" INFO  keylime_agent > hello\n INFO  keylime_agent::tpm > quoted\n");
    }

    @Test
    void withoutRustLogOnlyWarningsAreHeard() {
        assertThat(RustLog.levels("")).isEqualTo(Map.of("io.limelight", Level.WARN));
        assertThat(RustLog.levels("debug")).isEqualTo(Map.of("io.limelight", Level.DEBUG));
        assertThat(RustLog.levels("nonsense=,=,,x=loud")).isEqualTo(Map.of("io.limelight", Level.WARN));
    }

    @Test
    void whatAStrangerSentCannotPassForALogLineOrDriveTheTerminal() {
        keylime();
        log("io.limelight.registrar.X", "agent a\n2026-01-01 - keylime - INFO - forged \u001b[31m \u202e \r");
        assertThat(out().lines()).hasSize(1);
        assertThat(out()).contains("a\\n2026", "\\u001b[31m", "\\u202e", "\\u000d");
    }

    @Test
    void anExceptionIsASentenceAndItsRingOfCausesEnds() {
        keylime();
        IOException first = new IOException("no route");
        IllegalStateException second = new IllegalStateException("gone", first);
        first.initCause(new IOException("deepest", second));
        LoggerFactory.getLogger("io.limelight.verifier.X").error("Agent lost", second);
        assertThat(out()).contains("ERROR - Agent lost (IllegalStateException: gone; IOException: no route");
        assertThat(out().lines()).hasSize(1);
    }

    @Test
    void debugHasStackTraces() {
        ConsoleLog.startLikeKeylime(LoggingConfig.shipped(), outStream, errStream, false, true);
        LoggerFactory.getLogger("io.limelight.verifier.X").debug("here", new IOException("x"));
        assertThat(out()).contains(" - DEBUG - here", "\tat ");
    }

    @Test
    void librariesAreHeardOnlyWhenSomethingIsWrong() {
        keylime();
        log("org.eclipse.jetty.server.Server", "jetty is proud of itself");
        LoggerFactory.getLogger("org.eclipse.jetty.server.Server").warn("jetty is worried");
        assertThat(out()).doesNotContain("proud").contains("worried");
    }
}

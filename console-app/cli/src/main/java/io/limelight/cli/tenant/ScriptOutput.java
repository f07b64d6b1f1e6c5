package io.limelight.cli.tenant;

import io.limelight.cli.logging.KeylimeLine;
import io.limelight.cli.logging.LogText;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.config.LoggingConfig;
import io.limelight.core.config.LoggingConfig.Level;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Enrolled;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keylime's log lines: results as JSON after a line that names them. Scripts look for these texts, so they stay as they
 * are. Printed without a logging library, which would take longer to start than the work takes.
 */
final class ScriptOutput implements TenantOutput {
    private static final String LOGGER = "keylime.tenant";

    private final KeylimeLine line;
    private final Level threshold;
    private final PrintStream out;
    private final PrintStream printed;
    private final InstantSource clock;

    /**
     * Lines as {@code logging.conf} wants them.
     *
     * @param threshold the least level that is printed
     * @param out for lines of the log
     * @param printed for what Keylime prints past its log: the standard output
     */
    ScriptOutput(LoggingConfig config, Level threshold, PrintStream out, PrintStream printed, InstantSource clock) {
        this.line = new KeylimeLine(config);
        this.threshold = threshold;
        this.out = out;
        this.printed = printed;
        this.clock = clock;
    }

    private void print(Level level, String message) {
        if (level.compareTo(threshold) >= 0) {
            out.print(line.format(new KeylimeLine.Parts(
                    clock.instant(),
                    LOGGER,
                    level.name(),
                    LogText.visible(message),
                    Thread.currentThread().getName(),
                    "")));
            out.flush();
        }
    }

    @Override
    public void begin(TaskStep step) {
        print(Level.DEBUG, step.title());
    }

    @Override
    public void done(TaskStep step, String sentence, Duration took) {
        print(Level.INFO, sentence + " (" + took.toMillis() + " ms)");
    }

    @Override
    public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
        print(
                Level.INFO,
                reason + " Try " + attempt + " of " + attempts + "; the next in " + delay.toMillis() + " ms.");
    }

    @Override
    public void warn(String sentence) {
        print(Level.WARNING, sentence);
    }

    @Override
    public void info(String sentence) {
        print(Level.INFO, sentence);
    }

    @Override
    public void error(String sentences) {
        print(Level.ERROR, sentences);
    }

    @Override
    public void enrolled(Enrolled result) {
        verifierStatus(result.id(), result.verifier(), result.status().envelope());
    }

    @Override
    public void verifierStatus(AgentId id, Endpoint verifier, ObjectNode envelope) {
        print(
                Level.INFO,
                "Agent Info from Verifier (" + verifier.address() + "):\n"
                        + PythonText.json(StatusView.ofVerifier(id.value(), envelope)));
    }

    @Override
    public void registrarStatus(AgentId id, Endpoint registrar, ObjectNode envelope) {
        print(
                Level.INFO,
                "Status from Registrar (" + registrar.address() + "): Agent " + id + " exists on registrar "
                        + registrar.host() + " port " + registrar.port() + ".");
        print(Level.INFO, PythonText.json(envelope));
        print(
                Level.INFO,
                "Agent Info from Registrar (" + registrar.address() + "):\n"
                        + PythonText.json(StatusView.ofRegistrar(id.value(), envelope)));
    }

    @Override
    public void verifierList(Endpoint verifier, ObjectNode envelope) {
        print(
                Level.INFO,
                "From verifier " + verifier.host() + " port " + verifier.port() + " retrieved: \""
                        + PythonText.dictionary(envelope) + "\"");
        print(
                Level.INFO,
                "Agent list from Verifier (" + verifier.address() + ") retrieved: \n"
                        + PythonText.json(results(envelope)));
    }

    @Override
    public void registrarList(Endpoint registrar, ObjectNode envelope) {
        print(
                Level.INFO,
                "From registrar " + registrar.host() + " port " + registrar.port() + " retrieved "
                        + PythonText.json(envelope));
        print(
                Level.INFO,
                "Agent list from Registrar (" + registrar.address() + ") retrieved: \n"
                        + PythonText.json(results(envelope)));
    }

    @Override
    public void bulk(ObjectNode envelope) {
        print(Level.INFO, "Bulk Agent Info:\n" + PythonText.json(StatusView.ofAll(envelope)));
    }

    @Override
    public void revocations(Endpoint verifier, ObjectNode notices, ObjectNode brake) {
        print(
                Level.INFO,
                "Revocations from Verifier (" + verifier.address() + "):\n" + PythonText.json(results(notices)));
        print(Level.INFO, "Brake of Verifier (" + verifier.address() + "):\n" + PythonText.json(results(brake)));
    }

    @Override
    public void answered(ObjectNode envelope) {
        printed.println(PythonText.dictionary(envelope));
        printed.flush();
    }

    @Override
    public void policy(PolicyKind kind, Endpoint verifier, ObjectNode envelope) {
        answered(kind == PolicyKind.RUNTIME ? "Show allowlist" : "showmbpolicy", envelope);
        print(Level.INFO, "Policy from Verifier (" + verifier.address() + "):\n" + PythonText.json(results(envelope)));
    }

    @Override
    public void policies(PolicyKind kind, Endpoint verifier, ObjectNode envelope) {
        answered(kind == PolicyKind.RUNTIME ? "list" : "listmbpolicy", envelope);
        print(
                Level.INFO,
                "Policy list from Verifier (" + verifier.address() + "):\n" + PythonText.json(results(envelope)));
    }

    private void answered(String command, ObjectNode envelope) {
        printed.println(command + " command response: 200.");
        answered(envelope);
    }

    private static JsonNode results(ObjectNode envelope) {
        JsonNode results = envelope.get("results");
        return results == null ? envelope.objectNode() : results;
    }
}

package io.limelight.cli.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Enrolled;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keylime's lines: everything through the logger, results as JSON after a line that names them. Scripts look for these
 * texts, so they stay as they are.
 */
final class ScriptOutput implements TenantOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptOutput.class);

    @Override
    public void begin(TaskStep step) {
        LOG.debug("{}", step.title());
    }

    @Override
    public void done(TaskStep step, String sentence, Duration took) {
        LOG.info("{} ({} ms)", sentence, took.toMillis());
    }

    @Override
    public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
        LOG.info(
                "{} Try {} of {}; the next in {} s.",
                reason,
                attempt,
                attempts,
                String.format(Locale.ROOT, "%.1f", delay.toMillis() / 1000.0));
    }

    @Override
    public void warn(String sentence) {
        LOG.warn("{}", sentence);
    }

    @Override
    public void info(String sentence) {
        LOG.info("{}", sentence);
    }

    @Override
    public void error(String sentences) {
        LOG.error("{}", sentences);
    }

    @Override
    public void enrolled(Enrolled result) {
        verifierStatus(result.id(), result.verifier(), result.status().envelope());
    }

    @Override
    public void verifierStatus(AgentId id, Endpoint verifier, ObjectNode envelope) {
        LOG.info(
                "Agent Info from Verifier ({}):\n{}",
                verifier.address(),
                PythonText.json(StatusView.ofVerifier(id.value(), envelope)));
    }

    @Override
    public void registrarStatus(AgentId id, Endpoint registrar, ObjectNode envelope) {
        LOG.info(
                "Status from Registrar ({}): Agent {} exists on registrar {} port {}.",
                registrar.address(),
                id,
                registrar.host(),
                registrar.port());
        LOG.info("{}", PythonText.json(envelope));
        LOG.info(
                "Agent Info from Registrar ({}):\n{}",
                registrar.address(),
                PythonText.json(StatusView.ofRegistrar(id.value(), envelope)));
    }

    @Override
    public void verifierList(Endpoint verifier, ObjectNode envelope) {
        LOG.info(
                "From verifier {} port {} retrieved: \"{}\"",
                verifier.host(),
                verifier.port(),
                PythonText.dictionary(envelope));
        LOG.info(
                "Agent list from Verifier ({}) retrieved: \n{}",
                verifier.address(),
                PythonText.json(results(envelope)));
    }

    @Override
    public void registrarList(Endpoint registrar, ObjectNode envelope) {
        LOG.info(
                "From registrar {} port {} retrieved {}",
                registrar.host(),
                registrar.port(),
                PythonText.json(envelope));
        LOG.info(
                "Agent list from Registrar ({}) retrieved: \n{}",
                registrar.address(),
                PythonText.json(results(envelope)));
    }

    @Override
    public void bulk(ObjectNode envelope) {
        LOG.info("Bulk Agent Info:\n{}", PythonText.json(StatusView.ofAll(envelope)));
    }

    private static JsonNode results(ObjectNode envelope) {
        JsonNode results = envelope.get("results");
        return results == null ? envelope.objectNode() : results;
    }
}

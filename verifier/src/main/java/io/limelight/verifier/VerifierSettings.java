package io.limelight.verifier;

import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.ListenAddress;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.failure.SeverityPolicyException;
import io.limelight.verifier.attest.RetryRule;
import java.time.Duration;
import java.util.List;

/**
 * What {@code verifier.conf} says, checked before anything is opened.
 *
 * @param id name of this verifier, stored with every agent
 * @param ip where to listen
 * @param port where to listen; 0 for any free one
 * @param agentTls whether agents are spoken to over TLS
 * @param interval between two quotes of an agent
 * @param requestTimeout for one request to an agent
 * @param retries when an agent does not answer
 * @param severities of failures
 * @param maxUpload bytes of a body that may carry a policy
 * @param drain how long a stop waits for requests under way
 * @param returnShares whether the API shows V
 * @param verifyRoutes whether {@code /verify/*} answers
 * @param noticesWanted who is to be told of failures; empty for nobody
 */
record VerifierSettings(
        String id,
        String ip,
        int port,
        boolean agentTls,
        Duration interval,
        Duration requestTimeout,
        RetryRule retries,
        SeverityPolicy severities,
        int maxUpload,
        Duration drain,
        boolean returnShares,
        boolean verifyRoutes,
        List<String> noticesWanted) {
    private static final double LONGEST_SECONDS = 365 * 86_400.0;

    static VerifierSettings read(ComponentConfig config) throws ConfigException {
        Duration requestTimeout = seconds(config, "request_timeout");
        if (requestTimeout.isZero()) {
            throw config.refuse("request_timeout", "no agent answers in no time; 60 is usual");
        }
        ListenAddress.of(config, "port");
        return new VerifierSettings(
                config.text("uuid"),
                config.text("ip"),
                config.port("port"),
                config.bool("enable_agent_mtls"),
                seconds(config, "quote_interval"),
                requestTimeout,
                new RetryRule(
                        config.decimal("retry_interval"),
                        config.bool("exponential_backoff"),
                        config.integer("max_retries", 0, 1_000_000)),
                severities(config),
                config.integer("max_upload_size", 0, Integer.MAX_VALUE - 8),
                seconds(config, "shutdown_drain_timeout"),
                config.word("return_v", List.of("masked", "clear")).equals("clear"),
                config.bool("verify_api"),
                config.list("revocations.enabled_revocation_notifications"));
    }

    private static Duration seconds(ComponentConfig config, String option) throws ConfigException {
        double seconds = config.decimal(option);
        if (seconds > LONGEST_SECONDS) {
            throw config.refuse(option, "that is more than a year");
        }
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static SeverityPolicy severities(ComponentConfig config) throws ConfigException {
        try {
            return SeverityPolicy.parse(config.text("severity_labels"), config.text("severity_policy"));
        } catch (SeverityPolicyException e) {
            String message = String.valueOf(e.getMessage());
            throw config.refuse(message.startsWith("severity_labels") ? "severity_labels" : "severity_policy", message);
        }
    }
}

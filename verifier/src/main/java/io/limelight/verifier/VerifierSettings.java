package io.limelight.verifier;

import io.limelight.core.api.WebhookClient;
import io.limelight.core.appraisal.MeasuredBootEvaluate;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.ListenAddress;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.core.failure.SeverityPolicyException;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.tls.CertificatePins;
import io.limelight.metrics.Monitor;
import io.limelight.verifier.attest.RetryRule;
import io.limelight.verifier.evidence.EvidenceKeeper;
import io.limelight.verifier.policy.JudgingRules;
import io.limelight.verifier.revocation.Revocations;
import io.limelight.verifier.state.Delivery.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * @param notices who is told of failures, and how
 * @param observers certificates that may read {@code /limelight/v1}
 * @param judging how policies are read
 * @param signingKeys folder of the public keys whose signatures under policies count
 * @param evidence how much of what machines proved is kept
 * @param monitor whether and where metrics and health can be read
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
        Revocations.Options notices,
        CertificatePins observers,
        JudgingRules judging,
        Path signingKeys,
        EvidenceKeeper.Options evidence,
        Monitor.Options monitor) {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierSettings.class);
    private static final String ENABLED = "revocations.enabled_revocation_notifications";
    private static final Duration SHORTEST_NOTICE = Duration.ofSeconds(10);
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
                notices(config),
                observers(config),
                judging(config),
                config.workDir().resolve("signing_keys"),
                new EvidenceKeeper.Options(
                        (long) config.integer("evidence_max_size", 0, Integer.MAX_VALUE) << 20,
                        seconds(config, "evidence_max_age")),
                Monitor.Options.of(config));
    }

    private static Revocations.Options notices(ComponentConfig config) throws ConfigException {
        Set<Channel> channels = EnumSet.noneOf(Channel.class);
        for (String word : config.list(ENABLED)) {
            // Unknown words are ignored, as upstream ignores them; a misspelt one should not go unnoticed all the same.
            Optional<Channel> channel = Channel.named(word);
            channel.ifPresent(channels::add);
            if (channel.isEmpty()) {
                LOG.warn(
                        "enabled_revocation_notifications names \"{}\", which is none of agent, webhook and zeromq; it is"
                                + " ignored",
                        word);
            }
        }
        String webhook = config.text("revocations.webhook_url");
        Optional<HttpUrl> url = WebhookClient.address(webhook);
        if (channels.contains(Channel.WEBHOOK) && !webhook.isBlank() && url.isEmpty()) {
            throw config.refuse("revocations.webhook_url", "that is no address; write https://host/path");
        }
        Duration lifetime = seconds(config, "revocations.notice_lifetime");
        if (lifetime.compareTo(SHORTEST_NOTICE) < 0) {
            throw config.refuse(
                    "revocations.notice_lifetime",
                    "a notice that is worth nothing within seconds reaches nobody in time; 3600 is usual");
        }
        return new Revocations.Options(
                channels,
                lifetime,
                config.bool("revocations.notify_failed_agent"),
                url,
                config.text("revocations.zmq_ip"),
                config.port("revocations.zmq_port"));
    }

    private static JudgingRules judging(ComponentConfig config) throws ConfigException {
        String tomtou = config.text("tomtou");
        boolean fail = tomtou.isEmpty() ? config.bool("ignore_tomtou_errors") : tomtou.equals("fail");
        return new JudgingRules(
                BootPolicy.named(config.word(
                        "measured_boot_policy_name",
                        List.copyOf(BootPolicy.all().keySet()))),
                MeasuredBootEvaluate.of(config.word("measured_boot_evaluate", List.of("once", "always"))),
                fail ? Tomtou.FAIL : Tomtou.ACCEPT,
                config.bool("require_allow_list_signatures"));
    }

    private static CertificatePins observers(ComponentConfig config) throws ConfigException {
        try {
            return CertificatePins.parse(config.list("observers"));
        } catch (IllegalArgumentException e) {
            throw config.refuse("observers", String.valueOf(e.getMessage()));
        }
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

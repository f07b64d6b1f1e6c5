package io.limelight.verifier;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.appraisal.QuoteAlgorithms;
import io.limelight.verifier.state.Enrolment;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.StoredAgent;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is told of an agent (wire reference §5.3). */
final class AgentStatuses {
    /** Stands for a V that is there and not shown (decision 0002). */
    static final String MASKED = "(hidden)";

    private static final int PERIODS_ALLOWED = 5;

    private final Duration interval;

    AgentStatuses(Duration interval) {
        this.interval = interval;
    }

    /**
     * The status.
     *
     * @param v base64 of V where it may be shown; null shows only whether there is one
     */
    AgentStatus of(StoredAgent agent, @Nullable String v) {
        Enrolment enrolment = agent.enrolment();
        Progress progress = agent.progress();
        Optional<QuoteAlgorithms> names = progress.appraisal().algorithms();
        return new AgentStatus(
                progress.state().number(),
                v != null ? v : agent.hasShare() ? MASKED : null,
                enrolment.ip(),
                enrolment.port(),
                enrolment.tpmPolicy(),
                enrolment.metaData(),
                enrolment.policies().boot().isPresent(),
                agent.runtimePolicyCounts(),
                enrolment.accepted().hashes(),
                enrolment.accepted().encryption(),
                enrolment.accepted().signing(),
                names.map(QuoteAlgorithms::hash).orElse(""),
                names.map(QuoteAlgorithms::encryption).orElse(""),
                names.map(QuoteAlgorithms::signing).orElse(""),
                enrolment.verifierId(),
                enrolment.verifierIp(),
                enrolment.verifierPort(),
                progress.severityLevel(),
                progress.lastEventId(),
                progress.appraisal().attestationCount(),
                progress.lastReceivedQuote(),
                progress.lastSuccessfulAttestation(),
                verdict(progress.state()),
                interval.toSeconds() + "s",
                interval.multipliedBy(PERIODS_ALLOWED).toSeconds() + "s");
    }

    private static String verdict(OperationalState state) {
        return switch (state) {
            case GET_QUOTE, GET_QUOTE_RETRY, PROVIDE_V, PROVIDE_V_RETRY -> "PASS";
            case FAILED, INVALID_QUOTE, TENANT_FAILED -> "FAIL";
            case REGISTERED, START, SAVED, TERMINATED -> "PENDING";
        };
    }
}

package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.KeyProof;
import io.limelight.core.api.OperationalState;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code --verify} asks for: the machine proves that it holds the key. A machine of ours also says whether it could use
 * the payload that the key opens.
 */
final class KeyProofCheck {
    private static final int BAD_REQUEST = 400;

    /** How long a payload that is being opened, or its script, is waited for; what comes later is the machine's to log. */
    private static final List<Duration> LOOKS =
            Stream.of(0, 25, 50, 100, 200, 400).map(Duration::ofMillis).toList();

    private final TenantSettings settings;
    private final TenantServices services;
    private final SecureRandom random;
    private final TaskReport report;
    private final Cancellation cancellation;
    private final StepClock steps;
    private final Attempts attempts;
    private final Handover handover;

    KeyProofCheck(
            TenantSettings settings,
            TenantServices services,
            SecureRandom random,
            TaskReport report,
            Cancellation cancellation,
            StepClock steps,
            Attempts attempts,
            Handover handover) {
        this.settings = settings;
        this.services = services;
        this.random = random;
        this.report = report;
        this.cancellation = cancellation;
        this.steps = steps;
        this.attempts = attempts;
        this.handover = handover;
    }

    /** Asks until the proof is right; a machine that does not give it is no longer watched. */
    void await(AgentId id, AgentClient agent, ApiVersion version, PreparedPayload prepared)
            throws TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.PROOF;
        steps.begin(step);
        Outcome<Boolean> outcome;
        try {
            outcome = attempts.runEagerly(step, () -> challenge(id, agent, version, prepared));
        } catch (TenantException e) {
            if (e.kind() != Kind.CANCELLED) {
                handover.stop(id);
            }
            throw e;
        }
        if (outcome instanceof Outcome.NotYet<Boolean>(String reason)) {
            handover.stop(id);
            throw new TenantException(
                    Kind.KEY_NOT_PROVEN,
                    "Machine " + id + " did not prove that it holds the key, "
                            + settings.retry().attempts() + " tries long. " + reason);
        }
        steps.done(step, "the machine proved that it holds the key");
        if (prepared.sealed().isPresent()) {
            warnOfFailedPayload(id, agent);
        }
    }

    private Outcome<Boolean> challenge(AgentId id, AgentClient agent, ApiVersion version, PreparedPayload prepared)
            throws TenantException {
        String challenge = Nonces.fresh(random);
        try {
            KeyProof proof = agent.proveKey(version, challenge);
            if (same(prepared.key().answer(challenge), proof.hmac())) {
                return new Outcome.Success<>(true);
            }
            // It may hold the key of an earlier payload, and never get this one.
            failIfGivenUp(id);
            return new Outcome.NotYet<>("It answered with the proof of another key.");
        } catch (ApiException.Refused e) {
            if (e.status() != BAD_REQUEST && !e.retryable()) {
                throw TenantException.of(e);
            }
            failIfGivenUp(id);
            return new Outcome.NotYet<>(
                    "It does not have the key yet" + (e.reason().isEmpty() ? "." : " ('" + e.reason() + "')."));
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    private static boolean same(String expectedHex, String hex) {
        return MessageDigest.isEqual(
                expectedHex.getBytes(StandardCharsets.US_ASCII),
                hex.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    }

    /** A machine that failed its attestation never gets V; waiting for its proof would be in vain. */
    private void failIfGivenUp(AgentId id) throws TenantException {
        Optional<AgentStatus> status;
        try {
            TenantServices.Verifier verifier = services.verifier();
            status = verifier.client().find(verifier.version(), id);
        } catch (ApiException e) {
            if (e instanceof ApiException.Stopped) {
                throw TenantException.of(e);
            }
            // The proof is what counts; the verifier is asked only to fail sooner.
            return;
        }
        Optional<OperationalState> state = status.flatMap(AgentStatus::state)
                .filter(now -> now == OperationalState.FAILED || now == OperationalState.INVALID_QUOTE);
        if (state.isPresent()) {
            String event = status.orElseThrow().lastEventId();
            throw new TenantException(
                    Kind.KEY_NOT_PROVEN,
                    "Machine " + id + " failed its attestation (" + state.get().text()
                            + (event == null ? "" : ", " + event)
                            + "), so the verifier does not give it the share V.");
        }
    }

    // --- what became of the payload ---

    /** The key is proved by now, so nothing here fails the enrolment; agents that do not report (Keylime's) are left alone. */
    private void warnOfFailedPayload(AgentId id, AgentClient agent) throws CancelledException {
        PayloadOutcome outcome = PayloadOutcome.NOT_REPORTED;
        for (Duration pause : LOOKS) {
            cancellation.sleep(pause);
            try {
                outcome = PayloadOutcome.told(agent.limelightStatus().value());
            } catch (ApiException e) {
                return;
            }
            if (!outcome.underWay()) {
                break;
            }
        }
        if (outcome.stage() == PayloadOutcome.Stage.FAILED) {
            report.warn(
                    "Machine " + id + " holds the key, but could not use the payload: "
                            + outcome.said().orElse("it gives no reason")
                            + ". Mend the payload and deliver it anew with -c update; the agent's log on that machine says more.");
        } else if (outcome.exit().orElse(0) != 0) {
            report.warn("Machine " + id + " opened the payload, but its script ended with status "
                    + outcome.exit().getAsInt() + ". The agent's log on that machine says where its output is; mend the"
                    + " script and deliver the payload anew with -c update.");
        }
    }
}

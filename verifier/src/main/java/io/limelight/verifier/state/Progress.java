package io.limelight.verifier.state;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.OperationalState;
import io.limelight.core.appraisal.AppraisalState;
import io.limelight.core.failure.Failure;
import io.limelight.core.failure.Severity;
import org.jspecify.annotations.Nullable;

/**
 * How far the attestation of one machine is. Stored before anything is done because of it.
 *
 * @param state as the wire numbers it
 * @param polling whether the machine will be asked again without anybody's doing
 * @param severityLevel of the last failure; kept when the machine passes again
 * @param lastEventId id of the last failure; kept when the machine passes again
 * @param lastFailure the last failure in full, as JSON
 * @param lastReceivedQuote epoch seconds, 0 for never
 * @param lastSuccessfulAttestation epoch seconds, 0 for never
 * @param version API version spoken with the agent
 * @param appraisal what the next appraisal starts from
 */
public record Progress(
        OperationalState state,
        boolean polling,
        @Nullable Integer severityLevel,
        @Nullable String lastEventId,
        @Nullable String lastFailure,
        long lastReceivedQuote,
        long lastSuccessfulAttestation,
        ApiVersion version,
        AppraisalState appraisal) {

    /** A machine that was just added. */
    public static Progress start(ApiVersion version) {
        return new Progress(OperationalState.START, true, null, null, null, 0, 0, version, AppraisalState.NEW);
    }

    /** Not asked until an administrator reactivates it. */
    public Progress stopped() {
        return new Progress(
                OperationalState.TENANT_FAILED,
                false,
                severityLevel,
                lastEventId,
                lastFailure,
                lastReceivedQuote,
                lastSuccessfulAttestation,
                version,
                appraisal);
    }

    /** In another state, still asked. */
    public Progress in(OperationalState next) {
        return new Progress(
                next,
                true,
                severityLevel,
                lastEventId,
                lastFailure,
                lastReceivedQuote,
                lastSuccessfulAttestation,
                version,
                appraisal);
    }

    /** Speaking another version. */
    public Progress speaking(ApiVersion next) {
        return new Progress(
                state,
                polling,
                severityLevel,
                lastEventId,
                lastFailure,
                lastReceivedQuote,
                lastSuccessfulAttestation,
                next,
                appraisal);
    }

    /** A quote passed. */
    public Progress passed(OperationalState next, AppraisalState known, long epochSeconds) {
        return new Progress(
                next, true, severityLevel, lastEventId, lastFailure, epochSeconds, epochSeconds, version, known);
    }

    /** A quote came that led to no verdict. */
    public Progress received(AppraisalState known, long epochSeconds) {
        return new Progress(
                state,
                polling,
                severityLevel,
                lastEventId,
                lastFailure,
                epochSeconds,
                lastSuccessfulAttestation,
                version,
                known);
    }

    /**
     * A quote came and failed. Within one spell of failing, the worst failure is the one that is reported.
     *
     * @param terminal whether the machine is not asked again until an administrator reactivates it
     */
    public Progress invalid(
            Failure failure, Severity severity, boolean terminal, AppraisalState known, long epochSeconds) {
        boolean worse =
                state != OperationalState.INVALID_QUOTE || severityLevel == null || severity.level() > severityLevel;
        return new Progress(
                OperationalState.INVALID_QUOTE,
                !terminal,
                worse ? Integer.valueOf(severity.level()) : severityLevel,
                worse ? failure.id() : lastEventId,
                worse ? FailureText.json(failure, severity) : lastFailure,
                epochSeconds,
                lastSuccessfulAttestation,
                version,
                known);
    }

    /** Communication or the verifier itself failed; nobody asks again by itself. */
    public Progress failed(Failure failure, Severity severity) {
        return new Progress(
                OperationalState.FAILED,
                false,
                severity.level(),
                failure.id(),
                FailureText.json(failure, severity),
                lastReceivedQuote,
                lastSuccessfulAttestation,
                version,
                appraisal);
    }
}

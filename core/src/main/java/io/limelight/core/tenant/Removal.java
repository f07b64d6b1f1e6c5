package io.limelight.core.tenant;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.InvalidEndpointException;
import io.limelight.core.api.VerifierClient.Deletion;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import io.limelight.core.tenant.TenantException.Kind;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Deletes a machine at the verifier and waits until it is gone: a verifier that is in the middle of a quote answers "begun"
 * and deletes when the quote has ended.
 *
 * <p>Several verifiers may share a database, each serving its own machines; the others answer a deletion with "not found"
 * though they list the machine. Then the deletion is repeated at the verifier the machine's status names.
 */
final class Removal {
    private final TenantSettings settings;
    private final TenantServices services;
    private final Attempts attempts;

    Removal(TenantSettings settings, TenantServices services, Cancellation cancellation, TaskReport report) {
        this.settings = settings;
        this.services = services;
        this.attempts = new Attempts(settings.retry(), cancellation, report);
    }

    /** What there was to delete. */
    enum Result {
        DELETED,
        ABSENT
    }

    /**
     * Deletes.
     *
     * @param check whether to ask for the machine first
     */
    Result run(AgentId id, boolean check, TaskStep step) throws TenantException, CancelledException, ApiException {
        return run(id, check, step, _ -> {});
    }

    /**
     * Deletes.
     *
     * @param check whether to ask for the machine first
     * @param former hears what the verifier knew of the machine, where it was asked, before that is gone
     */
    Result run(AgentId id, boolean check, TaskStep step, Consumer<AgentStatus> former)
            throws TenantException, CancelledException, ApiException {
        TenantServices.Verifier verifier = services.verifier();
        Optional<AgentStatus> status = Optional.empty();
        if (check) {
            status = verifier.client().find(verifier.version(), id);
            if (status.isEmpty()) {
                return Result.ABSENT;
            }
            former.accept(status.get());
        }
        Deletion deletion = verifier.client().delete(verifier.version(), id);
        if (deletion == Deletion.ABSENT && status.isPresent()) {
            Optional<Endpoint> owner = owner(status.get());
            if (owner.isPresent()) {
                verifier = services.verifierAt(owner.get());
                deletion = verifier.client().delete(verifier.version(), id);
            }
        }
        return switch (deletion) {
            case DONE -> Result.DELETED;
            case ABSENT -> Result.ABSENT;
            case PENDING -> {
                awaitGone(verifier, id, step);
                yield Result.DELETED;
            }
        };
    }

    /** The verifier a status names, if it is another one than ours. */
    private Optional<Endpoint> owner(AgentStatus status) {
        String ip = status.verifierIp();
        Integer port = status.verifierPort();
        if (ip == null || ip.isEmpty() || port == null) {
            return Optional.empty();
        }
        try {
            Endpoint owner = Endpoint.verifier(ip, port);
            return owner.equals(settings.verifier()) ? Optional.empty() : Optional.of(owner);
        } catch (InvalidEndpointException e) {
            return Optional.empty();
        }
    }

    private void awaitGone(TenantServices.Verifier verifier, AgentId id, TaskStep step)
            throws TenantException, CancelledException {
        Outcome<Boolean> outcome = attempts.runEagerly(step, () -> {
            try {
                return verifier.client().find(verifier.version(), id).isEmpty()
                        ? new Outcome.Success<>(true)
                        : new Outcome.NotYet<>("The verifier is still ending its last request to the machine.");
            } catch (ApiException e) {
                if (e.retryable()) {
                    return new Outcome.NotYet<>(String.valueOf(e.getMessage()));
                }
                throw TenantException.of(e);
            }
        });
        if (outcome instanceof Outcome.NotYet<Boolean>(String reason)) {
            throw new TenantException(
                    Kind.NO_EFFECT,
                    "The " + verifier.client().endpoint() + " has begun to delete machine " + id
                            + ", but still lists it after " + settings.retry().attempts() + " tries. " + reason);
        }
    }
}

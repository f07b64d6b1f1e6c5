package io.limelight.core.tenant;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of an enrolment that leaves something behind: the former enrolment goes, the share U and the new enrolment come.
 * Begun only when every check has been passed.
 */
final class Handover {
    private static final int CONFLICT = 409;

    private final TenantSettings settings;
    private final TenantServices services;
    private final TaskReport report;
    private final Cancellation cancellation;
    private final StepClock steps;
    private final Attempts attempts;
    private Aftermath left = Aftermath.NOTHING;

    Handover(
            TenantSettings settings,
            TenantServices services,
            TaskReport report,
            Cancellation cancellation,
            StepClock steps,
            Attempts attempts) {
        this.settings = settings;
        this.services = services;
        this.report = report;
        this.cancellation = cancellation;
        this.steps = steps;
        this.attempts = attempts;
    }

    /** What there is by now. */
    Aftermath left() {
        return left;
    }

    /** Once the machine has passed every check. */
    void deleteFormer(EnrolmentDraft draft) throws TenantException, CancelledException, ApiException {
        steps.begin(EnrolmentSteps.DELETE);
        Removal.Result result = new Removal(settings, services, cancellation, report)
                .run(
                        draft.id(),
                        draft.checkBeforeDelete(),
                        EnrolmentSteps.DELETE,
                        former -> PolicyLoss.sentence(draft, former).ifPresent(report::warn));
        if (result == Removal.Result.DELETED) {
            left = Aftermath.DELETED;
        }
        steps.done(
                EnrolmentSteps.DELETE,
                result == Removal.Result.DELETED ? "former enrolment deleted" : "there was no former enrolment");
    }

    /** Keylime learns this from the 409 of the POST, when U has left already. */
    void requireUnwatched(AgentId id) throws TenantException, ApiException {
        steps.begin(EnrolmentSteps.FREE);
        TenantServices.Verifier verifier = services.verifier();
        if (verifier.client().find(verifier.version(), id).isPresent()) {
            throw alreadyWatched(id, verifier.client().endpoint(), null);
        }
        steps.done(EnrolmentSteps.FREE, "the " + verifier.client().endpoint() + " does not watch it yet");
    }

    private static TenantException alreadyWatched(AgentId id, Endpoint verifier, @Nullable Throwable cause) {
        return new TenantException(
                Kind.ALREADY_WATCHED,
                "The " + verifier + " watches machine " + id
                        + " already. Use -c update to enrol it anew, or -c delete first.",
                cause);
    }

    /**
     * Keylime learns this from the answer to the POST, when U has left and, in an update, the former enrolment is gone.
     */
    void requirePolicies(EnrolmentDraft draft, MachineRecord machine, Endpoint agent, ApiVersion version)
            throws TenantException, ApiException, CancelledException {
        steps.begin(EnrolmentSteps.POLICIES);
        new NamedPolicies(services, report).require(draft);
        if (draft.replace() && draft.policies().sent()) {
            rehearse(draft, machine, agent, version);
        }
        steps.done(EnrolmentSteps.POLICIES, draft.policies().description());
    }

    /**
     * Before an update takes the former enrolment away, the new one is offered while the former stands in its way: a verifier
     * that refuses what it shall judge by (a policy without the signature it asks for, one that it cannot read) says so, one
     * that would take it answers that the machine is there already. Keylime's looks whether the machine is there first; from
     * that nothing is learned and nothing lost. Neither the share V nor the key for revocations is in it.
     */
    private void rehearse(EnrolmentDraft draft, MachineRecord machine, Endpoint agent, ApiVersion version)
            throws TenantException, ApiException, CancelledException {
        TenantServices.Verifier verifier = services.verifier();
        if (verifier.client().find(verifier.version(), draft.id()).isEmpty()) {
            return;
        }
        cancellation.throwIfCancelled();
        try {
            verifier.client()
                    .add(verifier.version(), draft.id(), request(draft, machine, agent, version, Optional.empty()));
            // Somebody deleted it meanwhile; what was taken instead is deleted as the former enrolment in a moment.
        } catch (ApiException.Refused e) {
            if (e.status() != CONFLICT) {
                requireSigned(verifier, e);
                throw e;
            }
        }
    }

    void sendU(
            MachineRecord machine,
            AgentClient agent,
            ApiVersion version,
            PublicKey transportKey,
            PreparedPayload prepared)
            throws ApiException, CancelledException {
        steps.begin(EnrolmentSteps.SHARE_U);
        cancellation.throwIfCancelled();
        UKeyRequest request = new UKeyRequest(
                KeyTransport.encrypt(transportKey, prepared.u()),
                prepared.key().authTag(machine.id().value()),
                prepared.sealed().orElse(null));
        Aftermath before = left;
        left = Aftermath.SHARE_SENT;
        try {
            agent.deliverU(version, request);
        } catch (ApiException e) {
            if (!e.mayHaveArrived()) {
                left = before;
            }
            throw e;
        }
        steps.done(
                EnrolmentSteps.SHARE_U,
                prepared.sealed().isPresent()
                        ? "share U and the sealed payload are with the machine"
                        : "share U is with the machine");
    }

    void add(
            EnrolmentDraft draft,
            MachineRecord machine,
            Endpoint agent,
            ApiVersion version,
            Optional<PreparedPayload> prepared)
            throws ApiException, TenantException, CancelledException {
        steps.begin(EnrolmentSteps.ADD);
        TenantServices.Verifier verifier = services.verifier();
        cancellation.throwIfCancelled();
        Aftermath before = left;
        left = Aftermath.UNKNOWN;
        try {
            verifier.client().add(verifier.version(), draft.id(), request(draft, machine, agent, version, prepared));
        } catch (ApiException.Refused e) {
            // An answer, so it is known that nothing was taken; a 5xx leaves it open.
            if (e.status() < 500) {
                left = before;
            }
            // Policies of a name that is taken are a conflict, too, where somebody was quicker.
            if (e.status() == CONFLICT && !e.reason().toLowerCase(Locale.ROOT).contains("policy")) {
                throw alreadyWatched(draft.id(), verifier.client().endpoint(), e);
            }
            requireSigned(verifier, e);
            throw e;
        } catch (ApiException e) {
            if (!e.mayHaveArrived()) {
                left = before;
            }
            throw e;
        }
        left = Aftermath.ENROLLED;
        steps.done(
                EnrolmentSteps.ADD,
                "the " + verifier.client().endpoint() + " has taken the machine"
                        + (prepared.isPresent() ? " and holds the share V" : ""));
    }

    /** A refusal because of a signature in words of its own. */
    private static void requireSigned(TenantServices.Verifier verifier, ApiException.Refused e) throws TenantException {
        Optional<String> unsigned = PolicyDesk.signatureAsked(e);
        if (unsigned.isPresent()) {
            throw new TenantException(
                    Kind.POLICY, "The " + verifier.client().endpoint() + " " + unsigned.get() + PolicyDesk.said(e), e);
        }
    }

    private AddAgentRequest request(
            EnrolmentDraft draft,
            MachineRecord machine,
            Endpoint agent,
            ApiVersion version,
            Optional<PreparedPayload> prepared) {
        Endpoint verifier = settings.verifier();
        PreparedPolicies policies = draft.policies();
        return new AddAgentRequest(
                // JSON is text: here, and only until the request is sent, V and the notifier's key are Strings.
                prepared.map(payload ->
                                payload.v().apply(v -> Base64.getEncoder().encodeToString(v)))
                        .orElse(null),
                draft.hostForVerifier().orElse(agent.host()),
                agent.port(),
                verifier.host(),
                verifier.port(),
                draft.tpmPolicy().asking(policies.pcrs()).wireText(),
                prepared.flatMap(PreparedPayload::revocable)
                        .map(PreparedPayload.Revocable::metadata)
                        .orElse("{}"),
                policies.runtime().map(PreparedRuntimePolicy::wireText).orElse(""),
                policies.runtimeName().map(PolicyName::value).orElse(""),
                policies.runtime().map(PreparedRuntimePolicy::wireKey).orElse(""),
                null,
                null,
                null,
                policies.boot().map(PreparedBootPolicy::text).orElse(null),
                policies.bootName().map(PolicyName::value).orElse(""),
                policies.signerKeys().wireText(),
                prepared.flatMap(PreparedPayload::revocable)
                        .map(revocable -> revocable.key().apply(pem -> new String(pem, StandardCharsets.US_ASCII)))
                        .orElse(""),
                settings.accepted().hashes(),
                settings.accepted().encryption(),
                settings.accepted().signing(),
                machine.wire().aikTpm(),
                machine.wire().mtlsCert(),
                version.toString());
    }

    Answer<AgentStatus> awaitListed(AgentId id) throws TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.LISTED;
        steps.begin(step);
        TenantServices.Verifier verifier = services.verifier();
        Outcome<Answer<AgentStatus>> outcome = attempts.runEagerly(step, () -> {
            try {
                return new Outcome.Success<>(verifier.client().agent(verifier.version(), id));
            } catch (ApiException.Refused e) {
                return e.notFound()
                        ? new Outcome.NotYet<>("The verifier does not list the machine yet.")
                        : Enrolment.notYet(e);
            } catch (ApiException e) {
                return Enrolment.notYet(e);
            }
        });
        return switch (outcome) {
            case Outcome.Success<Answer<AgentStatus>>(Answer<AgentStatus> status) -> {
                steps.done(step, "the verifier lists it");
                yield status;
            }
            case Outcome.NotYet<Answer<AgentStatus>>(String reason) ->
                throw new TenantException(
                        Kind.NO_EFFECT,
                        "The " + verifier.client().endpoint() + " took machine " + id
                                + ", but did not say that it lists" + " it, "
                                + settings.retry().attempts() + " tries long. " + reason);
        };
    }

    /** As the verifier lists it by now; empty if it does not say. */
    Optional<Answer<AgentStatus>> listedNow(AgentId id) {
        try {
            TenantServices.Verifier verifier = services.verifier();
            return Optional.of(verifier.client().agent(verifier.version(), id));
        } catch (ApiException | TenantException e) {
            return Optional.empty();
        }
    }

    /** Has the verifier let go of a machine that did not prove its key. */
    void stop(AgentId id) {
        try {
            TenantServices.Verifier verifier = services.verifier();
            verifier.client().stop(verifier.version(), id);
            left = Aftermath.STOPPED;
        } catch (ApiException | TenantException e) {
            report.warn("The verifier could not be told to stop watching machine " + id + ": " + e.getMessage());
        }
    }
}

package io.limelight.core.tenant;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.KeyProof;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.endorsement.EndorsementCheck;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import io.limelight.core.tenant.TenantException.Aftermath;
import io.limelight.core.tenant.TenantException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Enrols a machine, in the order of the wire reference §8.1. What is believed about the machine comes from the registrar;
 * nothing secret leaves this program before the machine has proved that it is the one on record and that its TPM is one
 * somebody vouches for, and before the verifier is known to be there and not to watch it already. A run is used once.
 */
public final class Enrolment {
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;

    private final TenantSettings settings;
    private final TenantServices services;
    private final SecureRandom random;
    private final InstantSource clock;
    private final TaskReport report;
    private final Cancellation cancellation;
    private final StepClock steps;
    private final Attempts attempts;
    private Aftermath left = Aftermath.NOTHING;

    /**
     * A run.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public Enrolment(
            TenantSettings settings,
            TenantServices services,
            SecureRandom random,
            InstantSource clock,
            TaskReport report,
            Cancellation cancellation) {
        this.settings = settings;
        this.services = services;
        this.random = random;
        this.clock = clock;
        this.report = report;
        this.cancellation = cancellation;
        this.steps = new StepClock(report, clock);
        this.attempts = new Attempts(settings.retry(), cancellation, report);
    }

    /** Does what the plan says. */
    public Enrolled run(EnrolmentPlan plan) throws TenantException {
        EnrolmentDraft draft = plan.draft();
        try {
            plan.warnings().forEach(report::warn);
            MachineRecord machine = record(draft.id());
            Endpoint address = machine.endpoint(draft.host(), draft.port());
            AgentClient agent = machine.pin().isPresent()
                    ? services.agent(address, machine.pin().get())
                    : services.agentWithoutTls(address);
            ApiVersion version = agree(agent, draft.agentVersion());
            Optional<PreparedPayload> prepared = prepare(draft.payload());
            try {
                return enrol(draft, machine, agent, version, prepared);
            } finally {
                prepared.ifPresent(PreparedPayload::close);
            }
        } catch (ApiException e) {
            throw TenantException.of(e).leaving(left);
        } catch (CancelledException e) {
            throw TenantException.of(e).leaving(left);
        } catch (EndorsementException e) {
            throw TenantException.of(e).leaving(left);
        } catch (TenantException e) {
            throw e.leaving(left);
        }
    }

    private Enrolled enrol(
            EnrolmentDraft draft,
            MachineRecord machine,
            AgentClient agent,
            ApiVersion version,
            Optional<PreparedPayload> prepared)
            throws ApiException, TenantException, CancelledException, EndorsementException {
        if (draft.replace()) {
            deleteFormer(draft);
        }
        PublicKey transportKey = proveIdentity(machine, agent, version);
        judgeEndorsementKey(machine);
        if (!draft.replace()) {
            requireUnwatched(draft.id());
        }
        if (prepared.isPresent()) {
            sendU(machine, agent, version, transportKey, prepared.get());
        }
        add(draft, machine, agent.endpoint(), version, prepared);
        Answer<AgentStatus> status = awaitListed(draft.id());
        if (draft.proveKey()) {
            proveKey(draft.id(), agent, version, prepared.orElseThrow());
        }
        return new Enrolled(
                draft.id(),
                agent.endpoint(),
                version,
                services.verifier().client().endpoint(),
                status,
                draft.proveKey());
    }

    // --- what is known of the machine ---

    private MachineRecord record(AgentId id) throws ApiException, TenantException {
        steps.begin(EnrolmentSteps.RECORD);
        TenantServices.Registrar registrar = services.registrar();
        RegistrarAgent wire = registrar
                .client()
                .find(registrar.version(), id)
                .orElseThrow(() -> new TenantException(
                        Kind.NOT_REGISTERED,
                        "The " + registrar.client().endpoint() + " knows no activated machine " + id
                                + ". Is its agent running, and does it use this registrar? -c reglist shows the ids."));
        MachineRecord machine = MachineRecord.of(id, wire, settings.plainAgentsAllowed());
        if (machine.pin().isEmpty()) {
            report.warn("Machine " + id + " speaks plain HTTP (mtls_cert = disabled), allowed by enable_agent_mtls ="
                    + " False: anybody on the way can read along and answer in its place.");
        }
        steps.done(
                EnrolmentSteps.RECORD,
                "machine " + id + " is on record with an "
                        + machine.ak().publicArea().algorithm().wireName() + " attestation key");
        return machine;
    }

    private ApiVersion agree(AgentClient agent, Optional<ApiVersion> wanted)
            throws ApiException, TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.VERSION;
        steps.begin(step);
        Outcome<Optional<Versions>> answer = attempts.run(step, () -> {
            try {
                return new Outcome.Success<>(Optional.of(agent.versions()));
            } catch (ApiException.Refused | ApiException.BadAnswer e) {
                // Reference §0.4: an agent that cannot say is spoken to in our own version.
                return new Outcome.Success<>(Optional.empty());
            } catch (ApiException e) {
                return notYet(e);
            }
        });
        Optional<Versions> offered = require(answer);
        Optional<ApiVersion> common = offered.flatMap(VersionNegotiation::newestCommon);
        if (offered.isPresent() && common.isEmpty()) {
            throw new TenantException(
                    Kind.NO_COMMON_VERSION,
                    "The " + agent.endpoint() + " speaks API versions "
                            + offered.get().offered() + ", this program " + ApiVersion.SUPPORTED
                            + "; there is none in common.");
        }
        ApiVersion version = wanted.orElse(common.orElse(ApiVersion.CURRENT));
        steps.done(step, "reached the " + agent.endpoint() + ", API " + version);
        return version;
    }

    /** Worth another try, or the end. */
    private static <T> Outcome<T> notYet(ApiException e) throws TenantException {
        if (e.retryable()) {
            return new Outcome.NotYet<>(String.valueOf(e.getMessage()));
        }
        throw TenantException.of(e);
    }

    private static <T> T require(Outcome<T> outcome) throws TenantException {
        return switch (outcome) {
            case Outcome.Success<T>(T value) -> value;
            case Outcome.NotYet<T>(String reason) -> throw new TenantException(Kind.REQUEST, reason);
        };
    }

    private Optional<PreparedPayload> prepare(PayloadChoice choice) throws TenantException {
        if (!choice.withKey()) {
            return Optional.empty();
        }
        steps.begin(EnrolmentSteps.PAYLOAD);
        Optional<PreparedPayload> prepared = PreparedPayload.prepare(choice, settings.maxPayload(), random);
        steps.done(
                EnrolmentSteps.PAYLOAD,
                "payload ready: " + prepared.orElseThrow().description());
        return prepared;
    }

    private void deleteFormer(EnrolmentDraft draft) throws TenantException, CancelledException, ApiException {
        steps.begin(EnrolmentSteps.DELETE);
        Removal.Result result = new Removal(settings, services, cancellation, report)
                .run(draft.id(), draft.checkBeforeDelete(), EnrolmentSteps.DELETE);
        if (result == Removal.Result.DELETED) {
            left = Aftermath.DELETED;
        }
        steps.done(
                EnrolmentSteps.DELETE,
                result == Removal.Result.DELETED ? "former enrolment deleted" : "there was no former enrolment");
    }

    // --- what the machine proves ---

    private PublicKey proveIdentity(MachineRecord machine, AgentClient agent, ApiVersion version)
            throws TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.IDENTITY;
        steps.begin(step);
        Outcome<Asked> answer = attempts.run(step, () -> {
            String nonce = Nonces.fresh(random);
            try {
                return new Outcome.Success<>(new Asked(nonce, agent.identityQuote(version, nonce)));
            } catch (ApiException e) {
                return notYet(e);
            }
        });
        Asked asked = require(answer);
        IdentityCheck.Proved proved = IdentityCheck.judge(machine, asked.nonce(), asked.answer(), settings.accepted());
        steps.done(step, proved.sentence());
        return proved.transportKey();
    }

    private record Asked(String nonce, QuoteResults answer) {}

    private void judgeEndorsementKey(MachineRecord machine) throws EndorsementException, CancelledException {
        steps.begin(EnrolmentSteps.ENDORSEMENT);
        EndorsementCheck.Endorsement endorsement = new EndorsementCheck(settings.endorsement(), clock)
                .check(
                        machine.id(),
                        machine.ek(),
                        Optional.ofNullable(machine.wire().ekcert()),
                        cancellation);
        endorsement.warnings().forEach(report::warn);
        steps.done(EnrolmentSteps.ENDORSEMENT, endorsement.sentence());
    }

    // --- the enrolment itself ---

    /** Keylime learns this from the 409 of the POST, when U has left already. */
    private void requireUnwatched(AgentId id) throws TenantException, ApiException {
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

    private void sendU(
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

    private void add(
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
            if (e.status() == CONFLICT) {
                throw alreadyWatched(draft.id(), verifier.client().endpoint(), e);
            }
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

    private AddAgentRequest request(
            EnrolmentDraft draft,
            MachineRecord machine,
            Endpoint agent,
            ApiVersion version,
            Optional<PreparedPayload> prepared) {
        Endpoint verifier = settings.verifier();
        return new AddAgentRequest(
                // JSON is text: here, and only until the request is sent, V is a String.
                prepared.map(payload ->
                                payload.v().apply(v -> Base64.getEncoder().encodeToString(v)))
                        .orElse(null),
                draft.hostForVerifier().orElse(agent.host()),
                agent.port(),
                verifier.host(),
                verifier.port(),
                draft.tpmPolicy().wireText(),
                "{}",
                "",
                "",
                "",
                null,
                null,
                null,
                null,
                "",
                "",
                "",
                settings.accepted().hashes(),
                settings.accepted().encryption(),
                settings.accepted().signing(),
                machine.wire().aikTpm(),
                machine.wire().mtlsCert(),
                version.toString());
    }

    private Answer<AgentStatus> awaitListed(AgentId id) throws TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.LISTED;
        steps.begin(step);
        TenantServices.Verifier verifier = services.verifier();
        Outcome<Answer<AgentStatus>> outcome = attempts.runEagerly(step, () -> {
            try {
                return new Outcome.Success<>(verifier.client().agent(verifier.version(), id));
            } catch (ApiException.Refused e) {
                return e.notFound() ? new Outcome.NotYet<>("The verifier does not list the machine yet.") : notYet(e);
            } catch (ApiException e) {
                return notYet(e);
            }
        });
        if (!(outcome instanceof Outcome.Success<Answer<AgentStatus>>(Answer<AgentStatus> status))) {
            throw new TenantException(
                    Kind.NO_EFFECT,
                    "The " + verifier.client().endpoint() + " took machine " + id + ", but does not list it after "
                            + settings.retry().attempts() + " tries.");
        }
        steps.done(step, "the verifier lists it");
        return status;
    }

    // --- --verify ---

    private void proveKey(AgentId id, AgentClient agent, ApiVersion version, PreparedPayload prepared)
            throws TenantException, CancelledException {
        TaskStep step = EnrolmentSteps.PROOF;
        steps.begin(step);
        Outcome<Boolean> outcome;
        try {
            outcome = attempts.runEagerly(step, () -> challenge(id, agent, version, prepared));
        } catch (TenantException e) {
            if (e.kind() != Kind.CANCELLED) {
                stop(id);
            }
            throw e;
        }
        if (outcome instanceof Outcome.NotYet<Boolean>(String reason)) {
            stop(id);
            throw new TenantException(
                    Kind.KEY_NOT_PROVEN,
                    "Machine " + id + " did not prove that it holds the key, "
                            + settings.retry().attempts() + " tries long. " + reason);
        }
        steps.done(step, "the machine proved that it holds the key");
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

    private void stop(AgentId id) {
        try {
            TenantServices.Verifier verifier = services.verifier();
            verifier.client().stop(verifier.version(), id);
            left = Aftermath.STOPPED;
        } catch (ApiException | TenantException e) {
            report.warn("The verifier could not be told to stop watching machine " + id + ": " + e.getMessage());
        }
    }
}

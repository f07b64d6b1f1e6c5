package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.Answer;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.endorsement.EndorsementCheck;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Attempts.Outcome;
import io.limelight.core.tenant.TenantException.Kind;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Enrols a machine, in the order of the wire reference §8.1. What is believed about the machine comes from the registrar;
 * nothing secret leaves this program before the machine has proved that it is the one on record and that its TPM is one
 * somebody vouches for, and before the verifier is known to be there and not to watch it already. A run is used once.
 */
public final class Enrolment {
    private final TenantSettings settings;
    private final TenantServices services;
    private final SecureRandom random;
    private final InstantSource clock;
    private final TaskReport report;
    private final Cancellation cancellation;
    private final StepClock steps;
    private final Attempts attempts;
    private final Handover handover;
    private final KeyProofCheck keyProof;

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
        this.handover = new Handover(settings, services, report, cancellation, steps, attempts);
        this.keyProof = new KeyProofCheck(settings, services, random, report, cancellation, steps, attempts, handover);
    }

    /** Does what the plan says. */
    public Enrolled run(EnrolmentPlan plan) throws TenantException {
        EnrolmentDraft draft = plan.draft();
        try {
            plan.warnings().forEach(report::warn);
            services.connectAhead();
            MachineRecord machine = record(draft.id());
            Endpoint address = machine.endpoint(draft.host(), draft.port());
            AgentClient agent = machine.pin().isPresent()
                    ? services.agent(address, machine.pin().get())
                    : services.agentWithoutTls(address);
            ApiVersion version = agree(agent, draft.agentVersion());
            Optional<PreparedPayload> prepared = prepare(draft.payload());
            try {
                if (prepared.isPresent()) {
                    requireAsShown(plan, prepared.get().delivered().contents());
                }
                return enrol(plan, machine, agent, version, prepared);
            } finally {
                prepared.ifPresent(PreparedPayload::close);
            }
        } catch (ApiException e) {
            throw TenantException.of(e).leaving(handover.left());
        } catch (CancelledException e) {
            throw TenantException.of(e).leaving(handover.left());
        } catch (EndorsementException e) {
            throw TenantException.of(e).leaving(handover.left());
        } catch (TenantException e) {
            throw e.leaving(handover.left());
        }
    }

    /** Files may change between a look and a run; what is sent is what was looked at. */
    private void requireAsShown(EnrolmentPlan plan) throws TenantException {
        if (plan.shown().isPresent()) {
            requireAsShown(
                    plan, PayloadPreview.of(plan.draft(), settings.maxPayload()).contents());
        }
    }

    private static void requireAsShown(EnrolmentPlan plan, PackedContents contents) throws TenantException {
        Optional<String> difference = plan.shown().flatMap(shown -> shown.difference(contents));
        if (difference.isPresent()) {
            throw new TenantException(
                    Kind.PAYLOAD,
                    "The payload changed since you looked at it: " + difference.get()
                            + ". Look at it again, then send it. Nothing was sent.");
        }
    }

    private Enrolled enrol(
            EnrolmentPlan plan,
            MachineRecord machine,
            AgentClient agent,
            ApiVersion version,
            Optional<PreparedPayload> prepared)
            throws ApiException, TenantException, CancelledException, EndorsementException {
        EnrolmentDraft draft = plan.draft();
        PublicKey transportKey = proveIdentity(machine, agent, version);
        judgeEndorsementKey(machine);
        if (!draft.replace()) {
            handover.requireUnwatched(draft.id());
        }
        if (!draft.policies().none()) {
            handover.requirePolicies(draft, machine, agent.endpoint(), version);
        }
        // A certificate is issued for a machine that has proved itself, and for no other.
        if (draft.payload() instanceof PayloadChoice.WithCertificate certified) {
            // Before a certificate is issued for nothing, and once more when it is packed.
            requireAsShown(plan);
            try (PreparedPayload made = assemble(certified, draft.id(), agent)) {
                requireAsShown(plan, made.delivered().contents());
                return handOver(draft, machine, agent, version, transportKey, Optional.of(made));
            }
        }
        return handOver(draft, machine, agent, version, transportKey, prepared);
    }

    private PreparedPayload assemble(PayloadChoice.WithCertificate certified, AgentId id, AgentClient agent)
            throws TenantException, CancelledException {
        steps.begin(EnrolmentSteps.PACKAGE);
        cancellation.throwIfCancelled();
        PreparedPayload made = new PackageAssembly(settings, random, report).assemble(certified, id, agent);
        steps.done(EnrolmentSteps.PACKAGE, made.description());
        return made;
    }

    private Enrolled handOver(
            EnrolmentDraft draft,
            MachineRecord machine,
            AgentClient agent,
            ApiVersion version,
            PublicKey transportKey,
            Optional<PreparedPayload> prepared)
            throws ApiException, TenantException, CancelledException {
        // Keylime deletes the former enrolment first, so that a check that fails leaves the machine unwatched.
        if (draft.replace()) {
            handover.deleteFormer(draft);
        }
        if (prepared.isPresent()) {
            handover.sendU(machine, agent, version, transportKey, prepared.get());
        }
        handover.add(draft, machine, agent.endpoint(), version, prepared);
        Answer<AgentStatus> status = handover.awaitListed(draft.id());
        if (draft.proveKey()) {
            keyProof.await(draft.id(), agent, version, prepared.orElseThrow());
            // When it was listed it had just been added; by now it has passed and got V, and that is what is handed on.
            status = handover.listedNow(draft.id()).orElse(status);
        }
        return new Enrolled(
                draft.id(),
                agent.endpoint(),
                version,
                services.verifier().client().endpoint(),
                status,
                draft.proveKey(),
                prepared.map(PreparedPayload::delivered));
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
    static <T> Outcome<T> notYet(ApiException e) throws TenantException {
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
        if (!choice.withKey() || choice instanceof PayloadChoice.WithCertificate) {
            return Optional.empty();
        }
        steps.begin(EnrolmentSteps.PAYLOAD);
        Optional<PreparedPayload> prepared = PreparedPayload.prepare(choice, settings.maxPayload(), random);
        steps.done(
                EnrolmentSteps.PAYLOAD,
                "payload ready: " + prepared.orElseThrow().description());
        return prepared;
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
}

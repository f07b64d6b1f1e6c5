package io.limelight.core.tenant;

import io.limelight.core.api.AgentClient;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.InvalidEndpointException;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.appraisal.Appraisal;
import io.limelight.core.appraisal.AppraisalState;
import io.limelight.core.appraisal.Appraiser;
import io.limelight.core.appraisal.Evidence;
import io.limelight.core.appraisal.QuoteRequest;
import io.limelight.core.appraisal.ReferenceValues;
import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.appraisal.ima.Tomtou;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tenant.TenantException.Kind;
import io.limelight.core.tpm.PcrMask;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a machine itself for a fresh quote and its logs, with this tenant's certificate, and judges the answer here: for a verifier that
 * tells no more of a failure than its name. Nothing is sent, enrolled or changed, neither there nor at the verifier.
 *
 * <p>The answer is believed as a verifier would believe it: only from the registered TLS certificate, signed by the registered attestation
 * key over a nonce of now, with PCR 16 binding the transport key. Lists are judged by the machine's own runtime policy where the verifier
 * hands it out; otherwise it is only judged whether they lead to the PCRs.
 */
public final class Examination {
    /** A list of 250,000 rows. */
    private static final int MAX_ANSWER = 64 << 20;

    private static final int MAX_STATUS = 1 << 20;

    private static final PcrMask BOOT_AND_IMA = PcrMask.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    private final TenantSettings settings;
    private final TenantServices services;
    private final InstantSource clock;
    private final SecureRandom random;

    /**
     * Examines.
     *
     * @param services connections to use; they stay the caller's to close
     */
    public Examination(TenantSettings settings, TenantServices services, InstantSource clock, SecureRandom random) {
        this.settings = settings;
        this.services = services;
        this.clock = clock;
        this.random = random;
    }

    /** By which runtime policy the list was judged. */
    public enum JudgedBy {
        /** The machine's own, as the verifier has it. */
        OWN_POLICY,
        /** The machine has none. */
        NO_POLICY,
        /** The machine has one, and the verifier does not say which. */
        POLICY_NOT_TOLD
    }

    /**
     * What came of it.
     *
     * @param askedAt when it was asked
     * @param answer as it came
     * @param appraisal what is to be thought of it
     * @param judgedBy by what
     */
    public record Result(Instant askedAt, QuoteResults answer, Appraisal appraisal, JudgedBy judgedBy) {}

    private record Judge(ImaReference reference, JudgedBy judgedBy) {}

    /** Asks and judges. */
    public Result examine(AgentId id) throws TenantException {
        try {
            TenantServices.Registrar registrar = services.registrar();
            RegistrarAgent wire =
                    registrar.client().find(registrar.version(), id).orElseThrow(() -> notRegistered(id));
            MachineRecord machine = MachineRecord.of(id, wire, settings.plainAgentsAllowed());
            TenantServices.Verifier verifier = services.verifier();
            Optional<AgentStatus> status = verifier.client().find(verifier.version(), id);
            TpmPolicy tpmPolicy = tpmPolicy(id, status);
            Judge judge = judge(id, status);
            Instant now = clock.instant();
            String nonce = Nonces.fresh(random);
            ReferenceValues reference = new ReferenceValues(
                    machine.ak(),
                    settings.accepted(),
                    tpmPolicy.asking(BOOT_AND_IMA),
                    Optional.of(judge.reference()),
                    Optional.empty());
            QuoteResults answer = ask(machine, status, nonce, reference.mask());
            Appraisal appraisal = Appraiser.appraise(
                    new Evidence(new QuoteRequest(nonce, reference.mask(), 0), answer.answer()),
                    reference,
                    AppraisalState.NEW);
            return new Result(now, answer, appraisal, judge.judgedBy());
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    /**
     * How far the payload of a machine is, in the words of a Limelight agent; empty for an agent that has no such words. Asked with this
     * tenant's certificate, and believed only from the registered one.
     */
    public Optional<ObjectNode> payloadStatus(AgentId id) throws TenantException {
        try {
            TenantServices.Registrar registrar = services.registrar();
            RegistrarAgent wire =
                    registrar.client().find(registrar.version(), id).orElseThrow(() -> notRegistered(id));
            MachineRecord machine = MachineRecord.of(id, wire, settings.plainAgentsAllowed());
            TenantServices.Verifier verifier = services.verifier();
            Optional<AgentStatus> status = verifier.client().find(verifier.version(), id);
            AgentClient agent = services.agent(endpoint(machine, status), machine.pin(), MAX_STATUS);
            return status(agent);
        } catch (ApiException e) {
            throw TenantException.of(e);
        }
    }

    private static Optional<ObjectNode> status(AgentClient agent) throws ApiException {
        try {
            return Optional.of(agent.limelightStatus().value());
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static TenantException notRegistered(AgentId id) {
        return new TenantException(
                Kind.NOT_REGISTERED,
                "The registrar does not know machine " + id
                        + ", so there is no key by which its answer could be believed. Start its agent.");
    }

    private QuoteResults ask(MachineRecord machine, Optional<AgentStatus> status, String nonce, PcrMask mask)
            throws TenantException, ApiException {
        AgentClient agent = services.agent(endpoint(machine, status), machine.pin(), MAX_ANSWER);
        ApiVersion version = TenantServices.negotiate(agent.endpoint(), agent::versions);
        return agent.integrityQuote(version, nonce, mask.format(), true, 0);
    }

    /** Where the verifier reaches the machine, else where it registered. */
    private static Endpoint endpoint(MachineRecord machine, Optional<AgentStatus> status) throws TenantException {
        String ip = status.map(AgentStatus::ip).orElse(null);
        Integer port = status.map(AgentStatus::port).orElse(null);
        if (ip == null || ip.isEmpty() || port == null || port == 0) {
            return machine.endpoint(Optional.empty(), OptionalInt.empty());
        }
        try {
            return machine.pin().isPresent() ? Endpoint.agent(ip, port) : Endpoint.agentWithoutTls(ip, port);
        } catch (InvalidEndpointException e) {
            return machine.endpoint(Optional.empty(), OptionalInt.empty());
        }
    }

    private static TpmPolicy tpmPolicy(AgentId id, Optional<AgentStatus> status) throws TenantException {
        String text = status.map(AgentStatus::tpmPolicy).orElse(null);
        if (text == null || text.isEmpty()) {
            return TpmPolicy.EMPTY;
        }
        try {
            return TpmPolicy.fromWire(text);
        } catch (TpmPolicyException e) {
            throw new TenantException(
                    Kind.POLICY,
                    "The TPM policy that the verifier has for machine " + id + " cannot be used here: "
                            + e.getMessage(),
                    e);
        }
    }

    /** A policy that came with the machine bears its id; another one's name is not told by Keylime's verifier. */
    private Judge judge(AgentId id, Optional<AgentStatus> status) throws TenantException, ApiException {
        if (status.isEmpty() || !status.get().hasRuntimePolicy()) {
            return new Judge(consistency(), JudgedBy.NO_POLICY);
        }
        Optional<RuntimePolicy> policy = policy(id);
        return policy.map(found -> new Judge(ImaReference.of(found, List.of(), Tomtou.FAIL), JudgedBy.OWN_POLICY))
                .orElseGet(() -> new Judge(consistency(), JudgedBy.POLICY_NOT_TOLD));
    }

    private static ImaReference consistency() {
        return new ImaReference(Optional.empty(), Optional.empty(), List.of(), Tomtou.ACCEPT);
    }

    private Optional<RuntimePolicy> policy(AgentId id) throws TenantException, ApiException {
        TenantServices.Policies policies = services.policies();
        String text;
        try {
            text = policies.client()
                    .policy(policies.version(), PolicyKind.RUNTIME, new PolicyName(id.value()))
                    .value()
                    .text();
        } catch (ApiException.Refused e) {
            return Optional.empty();
        }
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(RuntimePolicyReader.forEvaluation(
                    text.getBytes(StandardCharsets.UTF_8), RuntimePolicyReader.MAX_BYTES));
        } catch (RuntimePolicyException e) {
            return Optional.empty();
        }
    }
}

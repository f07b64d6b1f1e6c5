package io.limelight.verifier;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.verifier.attest.InvalidEnrolmentException;
import io.limelight.verifier.attest.Machine;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.policy.PolicyCheck;
import io.limelight.verifier.policy.PolicyRefusedException;
import io.limelight.verifier.revocation.NotifierKey;
import io.limelight.verifier.state.AgentPolicies;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.Enrolment;
import io.limelight.verifier.state.PolicyText;
import io.limelight.verifier.state.PolicyUse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the body of {@code POST /agents/{id}} into a machine that can be watched, or says why it cannot (wire reference
 * §5.2). What this verifier does not judge is refused: accepted and ignored, it would look enforced.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final String DISABLED = "disabled";
    private static final int MAX_META_DATA = 1 << 20;
    private static final int MAX_REVOCATION_KEY = 64 << 10;
    /** Texts that stand for "no policy" in one release or another. */
    private static final List<String> EMPTY_POLICIES = List.of("", "null", "{}", "[]", "\"\"");

    private final VerifierSettings settings;
    private final PolicyCheck check;
    private final PolicyBook policies;
    private final IntSupplier ownPort;

    /**
     * The rules.
     *
     * @param ownPort the port the verifier listens on, once it does
     */
    Admission(VerifierSettings settings, PolicyCheck check, PolicyBook policies, IntSupplier ownPort) {
        this.settings = settings;
        this.check = check;
        this.policies = policies;
        this.ownPort = ownPort;
    }

    /** A request that is refused, mostly with status 400. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RefusedException(String message) {
            super(message);
            this.status = 400;
        }

        RefusedException(String message, Throwable cause) {
            this(400, message, cause);
        }

        RefusedException(int status, String message, Throwable cause) {
            super(message, cause);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /**
     * A machine that may be added; closing forgets its secrets.
     *
     * @param held parsed policies, so that they need not be parsed again when the machine is taken up
     */
    record Admitted(
            Enrolment enrolment,
            AgentStore.Choices choices,
            List<Object> held,
            ApiVersion version,
            @Nullable SecretBytes v,
            @Nullable SecretBytes revocationKey)
            implements AutoCloseable {
        @Override
        public void close() {
            if (v != null) {
                v.close();
            }
            if (revocationKey != null) {
                revocationKey.close();
            }
        }

        /** Without the secrets. */
        @Override
        public String toString() {
            return "Admitted[" + enrolment.id() + "]";
        }
    }

    Admitted admit(AgentId id, ObjectNode body) throws RefusedException {
        Optional<String> missing = AddAgentRequest.missingMember(body);
        if (missing.isPresent()) {
            throw new RefusedException("Exception error: '" + missing.get() + "'");
        }
        AddAgentRequest request;
        try {
            request = AddAgentRequest.from(body);
        } catch (WireFormatException e) {
            throw new RefusedException("Exception error: " + e.getMessage(), e);
        }
        String certificate = certificate(request.mtlsCert());
        refuseLegacyPolicies(request);
        List<Object> held = new ArrayList<>();
        PolicyUse runtime = runtime(request, held);
        PolicyUse boot = boot(request);
        Enrolment enrolment = new Enrolment(
                id,
                required("cloudagent_ip", request.cloudagentIp()),
                port(request.cloudagentPort()),
                settings.id(),
                request.verifierIp() == null ? settings.ip() : request.verifierIp(),
                request.verifierPort() == null ? ownPort.getAsInt() : request.verifierPort(),
                required("tpm_policy", request.tpmPolicy()),
                metaData(request.metadata()),
                accepted(request),
                required("ak_tpm", request.akTpm()),
                certificate,
                new AgentPolicies(nameOf(id, runtime), nameOf(id, boot), keyring(request)));
        try {
            // What came with the request is not stored yet, and was checked.
            held.add(Machine.of(
                    enrolment.judgedBy(new AgentPolicies(
                            stored(runtime), stored(boot), enrolment.policies().imaKeys())),
                    policies));
        } catch (InvalidEnrolmentException e) {
            int status = e.getCause() instanceof PolicyRefusedException policy ? policy.status() : 400;
            throw new RefusedException(status, String.valueOf(e.getMessage()), e);
        }
        SecretBytes revocationKey = revocationKey(request.revocationKey());
        return new Admitted(
                enrolment,
                new AgentStore.Choices(runtime, boot),
                held,
                VersionNegotiation.posted(request.supportedVersion()),
                share(request.v(), revocationKey),
                revocationKey);
    }

    private @Nullable String certificate(@Nullable String posted) throws RefusedException {
        boolean none = posted == null || posted.isEmpty() || posted.equals(DISABLED);
        if (settings.agentTls() && none) {
            throw new RefusedException("mTLS certificate for agent is required!");
        }
        return none || !settings.agentTls() ? null : posted;
    }

    /** What is judged by nobody: accepted and ignored, it would look enforced. */
    private static void refuseLegacyPolicies(AddAgentRequest request) throws RefusedException {
        refuse(
                "allowlist or ima_policy_bundle",
                request.legacyImaPolicy(),
                "allowlists of tenants before 6.6; convert it (limelight policy convert) and send it as runtime_policy");
        refuse(
                "runtime_policy_sig",
                request.runtimePolicySig(),
                "detached signatures; sign the policy itself (limelight policy sign)");
        refuse("vtpm_policy", withoutMask(request.vtpmPolicy()), "policies for virtual TPMs");
    }

    private static void refuse(String member, @Nullable String value, String kind) throws RefusedException {
        if (!isEmpty(value)) {
            throw new RefusedException(member + " is set, but this verifier does not judge " + kind);
        }
    }

    private static boolean isEmpty(@Nullable String policy) {
        return policy == null || EMPTY_POLICIES.contains(policy.strip());
    }

    private PolicyUse runtime(AddAgentRequest request, List<Object> held) throws RefusedException {
        String posted = decodedIfEmpty(request.runtimePolicy());
        String name = name("runtime_policy_name", request.runtimePolicyName());
        if (isEmpty(posted)) {
            return named(name);
        }
        try {
            String key = request.runtimePolicyKey();
            PolicyCheck.Checked<RuntimePolicy> checked = check.runtime(
                    check.decodedRuntime(String.valueOf(posted)),
                    key == null || key.isEmpty() ? null : PolicyCheck.decoded("runtime_policy_key", key));
            held.add(policies.adopt(checked.value()));
            return name.isEmpty() ? new PolicyUse.Own(checked.text()) : new PolicyUse.New(name, checked.text());
        } catch (PolicyRefusedException e) {
            throw new RefusedException(e.status(), String.valueOf(e.getMessage()), e);
        }
    }

    private PolicyUse boot(AddAgentRequest request) throws RefusedException {
        String posted = request.mbPolicy();
        String name = name("mb_policy_name", request.mbPolicyName());
        if (posted == null || isEmpty(posted)) {
            return named(name);
        }
        try {
            PolicyCheck.Checked<BootReference> checked = check.boot(posted);
            checked.value().warnings().forEach(LOG::warn);
            return name.isEmpty() ? new PolicyUse.Own(checked.text()) : new PolicyUse.New(name, checked.text());
        } catch (PolicyRefusedException e) {
            throw new RefusedException(e.status(), String.valueOf(e.getMessage()), e);
        }
    }

    private static PolicyUse named(String name) {
        return name.isEmpty() ? new PolicyUse.None() : new PolicyUse.Stored(name);
    }

    private static String name(String member, @Nullable String name) throws RefusedException {
        if (name == null || isEmpty(name)) {
            return "";
        }
        Optional<String> problem = PolicyName.problem(name);
        if (problem.isPresent()) {
            throw new RefusedException(member + " " + problem.get());
        }
        return name;
    }

    private static Optional<String> nameOf(AgentId id, PolicyUse use) {
        return switch (use) {
            case PolicyUse.None _ -> Optional.empty();
            case PolicyUse.Stored(String name) -> Optional.of(name);
            case PolicyUse.New(String name, PolicyText _) -> Optional.of(name);
            case PolicyUse.Own _ -> Optional.of(id.value());
        };
    }

    private static Optional<String> stored(PolicyUse use) {
        return use instanceof PolicyUse.Stored(String name) ? Optional.of(name) : Optional.empty();
    }

    private static String keyring(AddAgentRequest request) {
        String keys = request.imaSignVerificationKeys();
        return keys == null || isEmpty(keys) ? "" : keys;
    }

    /** A runtime policy comes in base64; an empty one may be encoded too. Anything long is one. */
    private static @Nullable String decodedIfEmpty(@Nullable String policy) {
        if (policy == null || EMPTY_POLICIES.contains(policy) || policy.length() > 16) {
            return policy;
        }
        try {
            String text = new String(Base64.getDecoder().decode(policy), StandardCharsets.UTF_8);
            return isEmpty(text) ? "" : policy;
        } catch (IllegalArgumentException e) {
            return policy;
        }
    }

    /** Tenants of 6.3 always sent a policy for virtual TPMs, mostly one that says nothing. */
    private static @Nullable String withoutMask(@Nullable String policy) {
        return policy != null && policy.replaceAll("\\s", "").matches("\\{\"mask\":\"0x0\"}") ? "" : policy;
    }

    private static String required(String member, @Nullable String value) throws RefusedException {
        if (value == null || value.isEmpty()) {
            throw new RefusedException(member + " is required");
        }
        return value;
    }

    private static int port(@Nullable Integer port) throws RefusedException {
        if (port == null) {
            throw new RefusedException("cloudagent_port is required");
        }
        return port;
    }

    private static String metaData(@Nullable String text) throws RefusedException {
        if (text != null && text.length() > MAX_META_DATA) {
            throw new RefusedException(
                    "metadata has " + text.length() + " characters, at most " + MAX_META_DATA + " are kept");
        }
        return text == null ? "{}" : text;
    }

    private static AcceptedAlgorithms accepted(AddAgentRequest request) throws RefusedException {
        AcceptedAlgorithms accepted = new AcceptedAlgorithms(
                list(request.acceptTpmHashAlgs()),
                list(request.acceptTpmEncryptionAlgs()),
                list(request.acceptTpmSigningAlgs()));
        Optional<AcceptedAlgorithms.Problem> problem = accepted.problem();
        if (problem.isPresent()) {
            throw new RefusedException(
                    problem.get().option() + " " + problem.get().sentence());
        }
        return accepted;
    }

    private static List<String> list(@Nullable List<String> names) {
        return names == null ? List.of() : names;
    }

    /** {@code alsoClose} is forgotten when V is refused. */
    private static @Nullable SecretBytes share(@Nullable String base64, @Nullable SecretBytes alsoClose)
            throws RefusedException {
        if (base64 == null || base64.isEmpty()) {
            return null;
        }
        try {
            byte[] v = Base64.getDecoder().decode(base64);
            if (v.length == 16 || v.length == 32) {
                return SecretBytes.adopt(v);
            }
            Arrays.fill(v, (byte) 0);
        } catch (IllegalArgumentException e) {
            // Falls through to the same answer, which must not quote what may be most of a secret.
        }
        if (alsoClose != null) {
            alsoClose.close();
        }
        throw new RefusedException("v is not the base64 of 16 or 32 bytes");
    }

    private static @Nullable SecretBytes revocationKey(@Nullable String pem) throws RefusedException {
        if (pem == null || pem.isEmpty()) {
            return null;
        }
        if (pem.length() > MAX_REVOCATION_KEY) {
            throw new RefusedException("revocation_key is longer than any private key");
        }
        SecretBytes key = SecretBytes.adopt(pem.getBytes(StandardCharsets.UTF_8));
        try {
            NotifierKey.check(key);
            return key;
        } catch (NotifierKey.UnusableException e) {
            key.close();
            // Its message, which holds nothing of the key.
            throw new RefusedException("revocation_key " + e.getMessage());
        }
    }
}

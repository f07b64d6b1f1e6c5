package io.limelight.verifier;

import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.verifier.attest.InvalidEnrolmentException;
import io.limelight.verifier.attest.Machine;
import io.limelight.verifier.revocation.NotifierKey;
import io.limelight.verifier.state.Enrolment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the body of {@code POST /agents/{id}} into a machine that can be watched, or says why it cannot (wire reference
 * §5.2). A policy of a kind this verifier does not judge is refused: accepted and ignored, it would look enforced.
 */
final class Admission {
    private static final String DISABLED = "disabled";
    private static final int MAX_META_DATA = 1 << 20;
    private static final int MAX_REVOCATION_KEY = 64 << 10;
    /** Texts that stand for "no policy" in one release or another. */
    private static final List<String> EMPTY_POLICIES = List.of("", "null", "{}", "[]", "\"\"");

    private final VerifierSettings settings;
    private final IntSupplier ownPort;

    /**
     * The rules.
     *
     * @param ownPort the port the verifier listens on, once it does
     */
    Admission(VerifierSettings settings, IntSupplier ownPort) {
        this.settings = settings;
        this.ownPort = ownPort;
    }

    /** A request that is refused with status 400. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }

        RefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A machine that may be added; closing forgets its secrets. */
    record Admitted(
            Machine machine,
            Enrolment enrolment,
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
        refusePolicies(request);
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
                certificate);
        Machine machine;
        try {
            machine = Machine.of(enrolment);
        } catch (InvalidEnrolmentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e);
        }
        SecretBytes revocationKey = revocationKey(request.revocationKey());
        return new Admitted(
                machine,
                enrolment,
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

    private static void refusePolicies(AddAgentRequest request) throws RefusedException {
        refuseRuntimePolicy("runtime_policy", decoded(request.runtimePolicy()));
        refuseRuntimePolicy("allowlist", request.legacyImaPolicy());
        refuseRuntimePolicy("runtime_policy_name", request.runtimePolicyName());
        refuseRuntimePolicy("runtime_policy_key", request.runtimePolicyKey());
        refuseRuntimePolicy("runtime_policy_sig", request.runtimePolicySig());
        refuseRuntimePolicy("ima_sign_verification_keys", request.imaSignVerificationKeys());
        refuse("mb_policy", request.mbPolicy(), "measured boot policies");
        refuse("mb_policy_name", request.mbPolicyName(), "measured boot policies");
        refuse("vtpm_policy", withoutMask(request.vtpmPolicy()), "policies for virtual TPMs");
    }

    private static void refuseRuntimePolicy(String member, @Nullable String value) throws RefusedException {
        refuse(member, value, "runtime (IMA) policies");
    }

    private static void refuse(String member, @Nullable String value, String kind) throws RefusedException {
        if (value != null && !EMPTY_POLICIES.contains(value.strip())) {
            throw new RefusedException(member + " is set, but this verifier does not judge " + kind
                    + " yet; nothing was stored. Add the agent without it");
        }
    }

    /** A runtime policy comes in base64; an empty one may be encoded too. Anything long is one. */
    private static @Nullable String decoded(@Nullable String policy) {
        if (policy == null || EMPTY_POLICIES.contains(policy) || policy.length() > 16) {
            return policy;
        }
        try {
            return new String(Base64.getDecoder().decode(policy), StandardCharsets.UTF_8);
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

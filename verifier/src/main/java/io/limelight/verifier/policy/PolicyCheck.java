package io.limelight.verifier.policy;

import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.policy.runtime.RuntimePolicies;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import io.limelight.verifier.state.PolicyText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which policies may be stored (policies.md §2.3).
 *
 * <p>Signatures are stricter than Keylime's, which looks at none unless all must be signed: a key that is sent along, or lies in
 * the folder of signing keys under the id a signature names, must have signed. Only an envelope whose signers nobody knows is
 * taken unchecked, and only where signatures are not required.
 */
public final class PolicyCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyCheck.class);

    private final JudgingRules rules;
    private final SigningKeys keys;
    private final int maxBytes;

    /** Reads policies of at most so many bytes. */
    public PolicyCheck(JudgingRules rules, SigningKeys keys, int maxBytes) {
        this.rules = rules;
        this.keys = keys;
        this.maxBytes = Math.min(maxBytes, RuntimePolicyReader.MAX_BYTES);
    }

    /**
     * A policy that may be stored.
     *
     * @param <T> what it says, parsed
     */
    public record Checked<T>(PolicyText text, T value) {}

    /** Undoes the base64 in which runtime policies and their keys travel. */
    public static byte[] decoded(String member, String base64) throws PolicyRefusedException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new PolicyRefusedException(400, member + " is no base64", e);
        }
    }

    /**
     * Undoes the base64 of a runtime policy. Its length is looked at first: what is too long is not decoded to be told so.
     */
    public byte[] decodedRuntime(String base64) throws PolicyRefusedException {
        if (base64.length() > base64Length(maxBytes)) {
            throw new PolicyRefusedException(
                    400,
                    "Runtime policy is malformatted: its base64 has " + base64.length()
                            + " characters, so it has more than the " + maxBytes + " bytes allowed");
        }
        return decoded("runtime_policy", base64);
    }

    /** So many characters of base64 hold so many bytes. */
    public static long base64Length(int bytes) {
        return 4 * ((bytes + 2L) / 3);
    }

    /**
     * Checks a runtime policy, signed or not.
     *
     * @param body UTF-8
     * @param keyPem public key or certificate that must have signed it; null or empty for none
     */
    public Checked<RuntimePolicy> runtime(byte[] body, byte @Nullable [] keyPem) throws PolicyRefusedException {
        if (body.length > maxBytes) {
            throw new PolicyRefusedException(
                    400,
                    "Runtime policy is malformatted: it has " + body.length + " bytes, more than the " + maxBytes
                            + " allowed");
        }
        Optional<DsseEnvelope> envelope;
        try {
            envelope = DsseEnvelope.find(body);
        } catch (PolicySignatureException e) {
            throw new PolicyRefusedException(400, "Runtime policy is malformatted: " + e.getMessage(), e);
        }
        checkSignature(envelope, keyPem);
        byte[] policy = envelope.map(e -> e.payload().toByteArray()).orElse(body);
        RuntimePolicy parsed;
        try {
            parsed = RuntimePolicyReader.forUpload(policy, maxBytes);
        } catch (RuntimePolicyException e) {
            throw new PolicyRefusedException(
                    400,
                    e.reason() == RuntimePolicyException.Reason.NOT_JSON
                            ? "Runtime policy is not valid JSON! " + e.getMessage()
                            : "Runtime policy is malformatted: " + e.getMessage(),
                    e);
        }
        return new Checked<>(PolicyText.of(body, parsed.meta().generator().isReal()), parsed);
    }

    private void checkSignature(Optional<DsseEnvelope> envelope, byte @Nullable [] keyPem)
            throws PolicyRefusedException {
        Optional<PolicyKey> sent = keyPem == null || keyPem.length == 0 ? Optional.empty() : Optional.of(key(keyPem));
        if (envelope.isEmpty()) {
            if (rules.signaturesRequired() || sent.isPresent()) {
                throw new PolicyRefusedException(400, "Runtime policy is not signed!");
            }
            return;
        }
        if (sent.isPresent()) {
            require(sent.get().verifies(envelope.get()));
            return;
        }
        boolean known = false;
        for (DsseEnvelope.Signature signature : envelope.get().signatures()) {
            Optional<PolicyKey> key = keys.find(signature.keyId());
            if (key.isPresent()) {
                known = true;
                if (key.get().verifies(envelope.get())) {
                    return;
                }
            }
        }
        require(!known);
        if (rules.signaturesRequired()) {
            throw new PolicyRefusedException(
                    401, "Runtime policy signature verification required but no key was given!");
        }
        LOG.warn("a signed runtime policy is stored although no key is known for its signatures; they prove nothing."
                + " Send the key along, or set require_allow_list_signatures");
    }

    private static PolicyKey key(byte[] pem) throws PolicyRefusedException {
        try {
            return PolicyKey.parse(pem);
        } catch (PolicySignatureException e) {
            throw new PolicyRefusedException(400, "runtime_policy_key cannot be used: " + e.getMessage(), e);
        }
    }

    private static void require(boolean verified) throws PolicyRefusedException {
        if (!verified) {
            throw new PolicyRefusedException(401, "Runtime policy failed DSSE signature verification!");
        }
    }

    /** Checks a measured boot policy: one that would fail every machine, or has no meaning, is not stored. */
    public Checked<BootReference> boot(String text) throws PolicyRefusedException {
        BootReference reference = BootReference.of(rules.boot(), text);
        if (!reference.problem().isEmpty()) {
            // Of a text that is no JSON the problem says what it is, of a reference state what is wrong in it.
            throw new PolicyRefusedException(
                    400,
                    "Measured boot policy is malformatted: "
                            + (reference.kind() == BootReference.Kind.UNREADABLE ? "it " : "")
                            + reference.problem());
        }
        if (reference.kind() == BootReference.Kind.NONE) {
            throw new PolicyRefusedException(400, "Measured boot policy is malformatted: it is empty");
        }
        return new Checked<>(PolicyText.of(text.getBytes(StandardCharsets.UTF_8), true), reference);
    }

    /** What a stored runtime policy says, parsed once for all that have the same. */
    static RuntimePolicy stored(RuntimePolicies parsed, String name, byte[] body) throws PolicyRefusedException {
        try {
            Optional<DsseEnvelope> envelope = DsseEnvelope.find(body);
            return parsed.get(envelope.map(e -> e.payload().toByteArray()).orElse(body));
        } catch (PolicySignatureException | RuntimePolicyException e) {
            throw new PolicyRefusedException(
                    400, "the stored runtime policy " + name + " cannot be used: " + e.getMessage(), e);
        }
    }
}

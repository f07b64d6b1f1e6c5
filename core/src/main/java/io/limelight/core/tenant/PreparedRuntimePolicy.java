package io.limelight.core.tenant;

import io.limelight.core.policy.sign.PolicyKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A runtime policy that has been read and checked, as it will travel.
 *
 * @param wireText {@code runtime_policy}: base64 of policy or envelope
 * @param signer the key its envelope was verified with
 * @param description what it is, for people
 */
public record PreparedRuntimePolicy(String wireText, Optional<PolicyKey> signer, String description) {
    /** {@code runtime_policy_key}: base64 of the PEM whose SHA-256 is the key's name, or an empty text. */
    public String wireKey() {
        return signer.map(key -> Base64.getEncoder().encodeToString(key.pem().getBytes(StandardCharsets.US_ASCII)))
                .orElse("");
    }

    /** Without the policy. */
    @Override
    public String toString() {
        return "PreparedRuntimePolicy[" + description + "]";
    }
}

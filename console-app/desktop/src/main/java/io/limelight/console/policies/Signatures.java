package io.limelight.console.policies;

import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicyKey;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Who signed a policy, as far as its envelope says.
 *
 * @param keys names of the keys, as the envelope gives them; a claim until a key that is trusted says so
 * @param verified whether the key that was asked signed it
 */
record Signatures(List<String> keys, boolean verified) {
    Signatures {
        keys = List.copyOf(keys);
    }

    /** Of a text; empty where it is no envelope. */
    static Optional<Signatures> of(String text, Optional<PolicyKey> trusted) {
        try {
            return DsseEnvelope.find(text.getBytes(StandardCharsets.UTF_8))
                    .map(envelope -> new Signatures(
                            envelope.signatures().stream()
                                    .map(signature -> Bits.printable(signature.keyId()))
                                    .toList(),
                            trusted.filter(key -> key.verifies(envelope)).isPresent()));
        } catch (PolicySignatureException e) {
            return Optional.empty();
        }
    }

    /** What is signed in an envelope; a text that is none, as it is. */
    static String payload(String text) {
        try {
            return DsseEnvelope.find(text.getBytes(StandardCharsets.UTF_8))
                    .map(envelope -> new String(envelope.payload().toByteArray(), StandardCharsets.UTF_8))
                    .orElse(text);
        } catch (PolicySignatureException e) {
            return text;
        }
    }
}

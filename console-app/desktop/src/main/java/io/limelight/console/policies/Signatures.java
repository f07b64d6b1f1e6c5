package io.limelight.console.policies;

import io.limelight.core.policy.sign.DsseEnvelope;
import io.limelight.core.policy.sign.PolicySignatureException;
import java.nio.charset.StandardCharsets;

/** What is inside of signed policies. Whose signature it is, {@link SignatureReport} says. */
final class Signatures {
    private Signatures() {}

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

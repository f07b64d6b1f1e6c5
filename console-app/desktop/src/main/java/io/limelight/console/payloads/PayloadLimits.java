package io.limelight.console.payloads;

import io.limelight.core.api.SecureSize;
import io.limelight.core.payload.SealedPayload;

/**
 * What a payload must fit into.
 *
 * @param maxPayload {@code max_payload_size}
 * @param maxPayloadKnown whether the tenant's configuration says so; else it is what is usual
 * @param secureSize {@code secure_size} of the machines
 * @param secureSizeKnown whether they say so; else it is what is usual
 */
public record PayloadLimits(long maxPayload, boolean maxPayloadKnown, long secureSize, boolean secureSizeKnown) {
    /** What is usual. */
    public static final PayloadLimits USUAL = new PayloadLimits(1 << 20, false, SecureSize.ASSUMED, false);

    /** Bytes of the zip, or of the file, that fit after encoding. */
    public long plaintext() {
        return SealedPayload.largestPlaintext(maxPayload);
    }
}

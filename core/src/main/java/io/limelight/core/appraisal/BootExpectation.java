package io.limelight.core.appraisal;

import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.tpm.PcrMask;

/**
 * What a machine's boot log is judged by.
 *
 * @param reference its measured boot policy as the verifier reads it
 * @param evaluate when the policy is asked
 */
public record BootExpectation(BootReference reference, MeasuredBootEvaluate evaluate) {
    /** PCRs without which it cannot be judged, and with them the log is not sent (bit 0 of a request's mask). */
    PcrMask mask() {
        return switch (reference.kind()) {
            case NONE, ANY_BOOT -> PcrMask.NONE;
            case UNREADABLE, JUDGED -> BootPolicy.MEASURED_BOOT_PCRS;
        };
    }

    /** By what a passed log was judged: the verifier's policy and the text it read; empty where nothing is judged. */
    String mark() {
        return reference.digest().isEmpty() ? "" : reference.policy().name() + " " + reference.digest();
    }
}

package io.limelight.core.appraisal;

import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;

/**
 * What is expected of one machine; immutable, shared between appraisals.
 *
 * @param attestationKey its registered AK
 * @param accepted algorithm names that are accepted
 * @param tpmPolicy values its PCRs may have
 */
public record ReferenceValues(AttestationKey attestationKey, AcceptedAlgorithms accepted, TpmPolicy tpmPolicy) {
    /**
     * Refuses a policy that asks for PCR 10: an IMA list cannot be judged, and a policy that cannot be judged must not
     * be accepted and ignored. Callers refuse it where it is posted.
     */
    public ReferenceValues {
        if (tpmPolicy.mask().contains(TpmPolicy.IMA_PCR)) {
            throw new IllegalArgumentException("PCR 10 is asked for, but there is no IMA policy to judge it by");
        }
    }
}

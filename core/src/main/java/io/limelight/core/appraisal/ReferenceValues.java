package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import java.util.Optional;

/**
 * What is expected of one machine; immutable, shared between appraisals.
 *
 * @param attestationKey its registered AK
 * @param accepted algorithm names that are accepted
 * @param tpmPolicy values its PCRs may have
 * @param ima what its measurement list is judged by, whenever PCR 10 is quoted
 */
public record ReferenceValues(
        AttestationKey attestationKey, AcceptedAlgorithms accepted, TpmPolicy tpmPolicy, Optional<ImaReference> ima) {
    /**
     * Refuses a policy that asks for PCR 10 without anything to judge the list by: a policy that cannot be judged must
     * not be accepted and ignored. Callers refuse it where it is posted.
     */
    public ReferenceValues {
        if (ima.isEmpty() && tpmPolicy.mask().contains(TpmPolicy.IMA_PCR)) {
            throw new IllegalArgumentException("PCR 10 is asked for, but there is no IMA policy to judge it by");
        }
    }

    /** Of a machine whose measurement list is not judged. */
    public ReferenceValues(AttestationKey attestationKey, AcceptedAlgorithms accepted, TpmPolicy tpmPolicy) {
        this(attestationKey, accepted, tpmPolicy, Optional.empty());
    }
}

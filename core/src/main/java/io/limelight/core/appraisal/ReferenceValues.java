package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaReference;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.AttestationKey;
import io.limelight.core.tpm.PcrMask;
import java.util.Optional;

/**
 * What is expected of one machine; immutable, shared between appraisals.
 *
 * @param attestationKey its registered AK
 * @param accepted algorithm names that are accepted
 * @param tpmPolicy values its PCRs may have
 * @param ima what its measurement list is judged by
 * @param boot what its boot log is judged by
 */
public record ReferenceValues(
        AttestationKey attestationKey,
        AcceptedAlgorithms accepted,
        TpmPolicy tpmPolicy,
        Optional<ImaReference> ima,
        Optional<BootExpectation> boot) {
    /**
     * Refuses a policy that asks for PCR 10 without anything to judge the list by: a policy that cannot be judged must
     * not be accepted and ignored. Callers refuse it where it is posted.
     */
    public ReferenceValues {
        if (ima.isEmpty() && tpmPolicy.mask().contains(TpmPolicy.IMA_PCR)) {
            throw new IllegalArgumentException("PCR 10 is asked for, but there is no IMA policy to judge it by");
        }
    }

    /** Of a machine whose logs are not judged. */
    public ReferenceValues(AttestationKey attestationKey, AcceptedAlgorithms accepted, TpmPolicy tpmPolicy) {
        this(attestationKey, accepted, tpmPolicy, Optional.empty(), Optional.empty());
    }

    /** The PCRs to ask for: a log that is to be judged is proved by its PCRs and by nothing else. */
    public PcrMask mask() {
        PcrMask mask = tpmPolicy.mask().union(boot.map(BootExpectation::mask).orElse(PcrMask.NONE));
        return ima.isPresent() ? mask.with(TpmPolicy.IMA_PCR) : mask;
    }

    /** Checksum of the runtime policy; empty without one. */
    String imaMark() {
        return ima.flatMap(ImaReference::policy).map(RuntimePolicy::checksum).orElse("");
    }
}

package io.limelight.agent.tpm;

import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmPublic;

/**
 * An attestation key as it is kept outside the TPM. The private part is encrypted by the TPM that made it: worthless
 * elsewhere, yet written to a file only its owner reads.
 *
 * @param publicArea public area
 * @param privatePart contents of TPM2B_PRIVATE, without the size
 */
public record AttestationKeyBlob(TpmPublic publicArea, Octets privatePart) {
    /** More than any TPM needs to wrap an RSA-4096 key. */
    public static final int MAX_PRIVATE = 4096;

    @Override
    public String toString() {
        return "AttestationKeyBlob[" + publicArea + "]";
    }
}

package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import java.util.Optional;

/**
 * A bank as the head of a log announces it.
 *
 * @param id TPM_ALG_ID
 * @param digestSize bytes
 */
public record LogAlgorithm(int id, int digestSize) {
    /** The algorithm, if it is one that is known here. */
    public Optional<HashAlgorithm> known() {
        return HashAlgorithm.fromTpmId(id);
    }
}

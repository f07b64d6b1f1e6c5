package io.limelight.core.appraisal.ima;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.util.Optional;

/**
 * A measurement list and what proves it. The array is not copied and must not be written any more.
 *
 * @param list lines that each end in LF, as the kernel prints them; may be empty
 * @param bank the PCR bank of the quote
 * @param pcr10 proved value of PCR 10; empty if the list is to be judged without proof
 */
// A list of a hundred thousand lines has ten MiB: it is read where it is, never compared.
@SuppressWarnings("ArrayRecordComponent")
public record ImaEvidence(byte[] list, HashAlgorithm bank, Optional<Octets> pcr10) {
    /** Longer lists are refused unread. */
    public static final int MAX_LIST = 128 * 1024 * 1024;
}

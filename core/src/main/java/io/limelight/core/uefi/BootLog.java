package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import java.util.List;

/**
 * A parsed boot log. That a log can be parsed says nothing about the machine: {@link BootReplay} tells whether a TPM vouches
 * for its digests, and only a digest vouches for the data beside it.
 *
 * @param format how its records are laid out
 * @param banks banks of which every event has a digest
 * @param events in order, the first is event 0
 */
public record BootLog(Format format, List<HashAlgorithm> banks, List<BootEvent> events) {
    /** How records are laid out. */
    public enum Format {
        /** TCG_PCR_EVENT of TCG 1.2: one SHA-1 digest. */
        SHA1,
        /** TCG_PCR_EVENT2: a digest per bank. */
        CRYPTO_AGILE
    }

    /** Copies the lists. */
    public BootLog {
        banks = List.copyOf(banks);
        events = List.copyOf(events);
    }
}

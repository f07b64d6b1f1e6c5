package io.limelight.core.appraisal;

import io.limelight.core.tpm.ClockInfo;
import java.util.Optional;

/**
 * What is remembered of one machine between two appraisals. Stored by the caller before it acts on the verdict.
 *
 * @param clock the TPM clock of the last passed quote; {@link ClockInfo#BEGINNING} before
 * @param attestationCount passed quotes since the machine was added
 * @param transportKey PEM of the transport key bound in the last passed quote that had one, exactly as received
 * @param algorithms the names of the last answer whose names were accepted
 * @param nextImaEntry the IMA entry to ask for next
 */
public record AppraisalState(
        ClockInfo clock,
        long attestationCount,
        Optional<String> transportKey,
        Optional<QuoteAlgorithms> algorithms,
        long nextImaEntry) {
    /** Nothing is known yet. */
    public static final AppraisalState NEW =
            new AppraisalState(ClockInfo.BEGINNING, 0, Optional.empty(), Optional.empty(), 0);

    AppraisalState withAlgorithms(QuoteAlgorithms names) {
        return new AppraisalState(clock, attestationCount, transportKey, Optional.of(names), nextImaEntry);
    }

    AppraisalState fromFirstImaEntry() {
        return new AppraisalState(clock, attestationCount, transportKey, algorithms, 0);
    }

    AppraisalState passed(ClockInfo at, String boundTransportKey) {
        return new AppraisalState(at, attestationCount + 1, Optional.of(boundTransportKey), algorithms, nextImaEntry);
    }
}

package io.limelight.core.appraisal;

import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.tpm.ClockInfo;
import java.util.Optional;

/**
 * What is remembered of one machine between two appraisals. Stored by the caller before it acts on the verdict.
 *
 * @param clock the TPM clock of the last passed quote; {@link ClockInfo#BEGINNING} before
 * @param attestationCount passed quotes since the machine was added
 * @param transportKey PEM of the transport key bound in the last passed quote that had one, exactly as received
 * @param algorithms the names of the last answer whose names were accepted
 * @param ima how far the measurement list was judged
 */
public record AppraisalState(
        ClockInfo clock,
        long attestationCount,
        Optional<String> transportKey,
        Optional<QuoteAlgorithms> algorithms,
        ImaState ima) {
    /** Nothing is known yet. */
    public static final AppraisalState NEW =
            new AppraisalState(ClockInfo.BEGINNING, 0, Optional.empty(), Optional.empty(), ImaState.NEW);

    /**
     * Without what is remembered of the list but for the entry to ask for next: the machine is then asked again from the
     * first one, since PCR 10 before that entry is not known.
     */
    public AppraisalState(
            ClockInfo clock,
            long attestationCount,
            Optional<String> transportKey,
            Optional<QuoteAlgorithms> algorithms,
            long nextImaEntry) {
        this(clock, attestationCount, transportKey, algorithms, ImaState.NEW.at(nextImaEntry));
    }

    /** The IMA entry to ask for next. */
    public long nextImaEntry() {
        return ima.nextEntry();
    }

    AppraisalState withAlgorithms(QuoteAlgorithms names) {
        return new AppraisalState(clock, attestationCount, transportKey, Optional.of(names), ima);
    }

    AppraisalState fromFirstImaEntry() {
        return with(ImaState.NEW);
    }

    AppraisalState with(ImaState list) {
        return new AppraisalState(clock, attestationCount, transportKey, algorithms, list);
    }

    AppraisalState passed(ClockInfo at, String boundTransportKey) {
        return new AppraisalState(at, attestationCount + 1, Optional.of(boundTransportKey), algorithms, ima);
    }
}

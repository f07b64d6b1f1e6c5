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
 * @param judgedBy by what
 */
public record AppraisalState(
        ClockInfo clock,
        long attestationCount,
        Optional<String> transportKey,
        Optional<QuoteAlgorithms> algorithms,
        ImaState ima,
        JudgedBy judgedBy) {
    /** Nothing is known yet. */
    public static final AppraisalState NEW = new AppraisalState(
            ClockInfo.BEGINNING, 0, Optional.empty(), Optional.empty(), ImaState.NEW, JudgedBy.NOTHING);

    /** The first entry of the measurement list that is not judged yet. */
    public long nextImaEntry() {
        return ima.nextEntry();
    }

    /** The entry to ask for next; the first one if what was judged was judged by another policy. */
    public long nextImaEntry(ReferenceValues reference) {
        return ima(reference).nextEntry();
    }

    /** What counts under this reference: what another policy let pass has to be judged again. */
    ImaState ima(ReferenceValues reference) {
        return judgedBy.ima().equals(reference.imaMark()) ? ima : ImaState.NEW;
    }

    /** Whether this boot's log was judged good by what it is to be judged by now. */
    boolean bootJudged(BootExpectation boot) {
        return judgedBy.boot().equals(boot.mark());
    }

    AppraisalState withAlgorithms(QuoteAlgorithms names) {
        return new AppraisalState(clock, attestationCount, transportKey, Optional.of(names), ima, judgedBy);
    }

    AppraisalState fromFirstImaEntry() {
        return with(ImaState.NEW);
    }

    AppraisalState with(ImaState list) {
        return new AppraisalState(clock, attestationCount, transportKey, algorithms, list, judgedBy);
    }

    /** The machine was booted: neither its list nor its boot log is the one that was judged. */
    AppraisalState rebooted() {
        return new AppraisalState(
                clock, attestationCount, transportKey, algorithms, ImaState.NEW, new JudgedBy(judgedBy.ima(), ""));
    }

    AppraisalState passed(ClockInfo at, String boundTransportKey, ImaState list, JudgedBy by) {
        return new AppraisalState(at, attestationCount + 1, Optional.of(boundTransportKey), algorithms, list, by);
    }
}

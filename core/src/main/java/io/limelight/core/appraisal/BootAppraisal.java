package io.limelight.core.appraisal;

import io.limelight.core.failure.Failure;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootReplay;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of a boot log.
 *
 * <p>The failures come in three lists, since others stand between them in an attestation (policies.md §6.4): first those of the
 * log, then data PCR and IMA, then those of PCRs, then the remaining PCRs, last those of the policy.
 *
 * @param log the log, if there is one that can be read
 * @param replay its PCRs, with the same condition
 * @param logFailures the log cannot be read
 * @param pcrFailures PCRs that do not fit log or TPM policy
 * @param policyFailures the policy rejects the log, or cannot be asked
 * @param judged PCRs that were compared here and are not to be compared again
 */
public record BootAppraisal(
        Optional<BootLog> log,
        Optional<BootReplay> replay,
        List<Failure> logFailures,
        List<Failure> pcrFailures,
        List<Failure> policyFailures,
        PcrMask judged) {
    /** Copies the lists. */
    public BootAppraisal {
        logFailures = List.copyOf(logFailures);
        pcrFailures = List.copyOf(pcrFailures);
        policyFailures = List.copyOf(policyFailures);
    }

    /** All failures in the order in which they are reported. */
    public List<Failure> failures() {
        return Stream.of(logFailures, pcrFailures, policyFailures)
                .flatMap(List::stream)
                .toList();
    }

    /** Values that IMA's boot aggregate may have according to the log, per bank; empty without a readable log. */
    public Map<HashAlgorithm, List<String>> bootAggregates() {
        return replay.map(BootReplay::bootAggregates).orElse(Map.of());
    }
}

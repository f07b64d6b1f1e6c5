package io.limelight.core.appraisal;

import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import io.limelight.core.uefi.BootReplay;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Appraises a boot log against proved PCRs: a pure function of the log's bytes, the PCRs of an authentic quote, the policy and
 * how often the machine has passed.
 *
 * <p>A log is parsed whenever there is one, since IMA's boot aggregate follows from it, too. It is compared with the PCRs
 * whenever a reference state is set, and judged by the policy when that is due. What a policy sees is believed in the quote's
 * bank alone.
 */
public final class BootAppraiser {
    private static final BootLog NO_LOG = new BootLog(BootLog.Format.CRYPTO_AGILE, List.of(), List.of());
    private static final int MAX_POINTERS = 64;

    private final PcrValues quoted;
    private final BootReference reference;
    private final TpmPolicy tpmPolicy;

    private BootAppraiser(PcrValues quoted, BootReference reference, TpmPolicy tpmPolicy) {
        this.quoted = quoted;
        this.reference = reference;
        this.tpmPolicy = tpmPolicy;
    }

    /**
     * Appraises a log.
     *
     * @param log the bytes of {@code binary_bios_measurements}; null if the machine sent none
     * @param quoted PCRs of an authentic quote
     * @param reference the machine's measured boot policy as the verifier reads it
     * @param tpmPolicy values the PCRs may have besides
     * @param evaluate when the policy is asked
     * @param attestations how often the machine has passed; −1 for a single verification
     */
    public static BootAppraisal appraise(
            byte @Nullable [] log,
            PcrValues quoted,
            BootReference reference,
            TpmPolicy tpmPolicy,
            MeasuredBootEvaluate evaluate,
            long attestations) {
        return new BootAppraiser(quoted, reference, tpmPolicy).appraise(log, evaluate, attestations);
    }

    /**
     * Appraises a log as an agent sends it.
     *
     * @param base64 of {@code binary_bios_measurements}; null if the machine sent none
     * @param judgedBefore whether this very log was judged good before, by the same policy
     */
    static BootAppraisal appraise(
            @Nullable String base64,
            PcrValues quoted,
            BootExpectation expected,
            TpmPolicy tpmPolicy,
            boolean judgedBefore) {
        BootAppraiser appraiser = new BootAppraiser(quoted, expected.reference(), tpmPolicy);
        byte[] log = null;
        if (base64 != null) {
            try {
                log = Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                return appraiser.unusable(BootFailures.notBase64());
            }
        }
        return appraiser.appraise(log, expected.evaluate(), judgedBefore ? 1 : 0);
    }

    private BootAppraisal appraise(byte @Nullable [] bytes, MeasuredBootEvaluate evaluate, long attestations) {
        if (bytes == null) {
            return judge(Optional.empty(), Optional.empty(), evaluate, attestations);
        }
        BootLog log;
        try {
            log = BootLogParser.parse(bytes);
        } catch (BootLogException e) {
            return unusable(BootFailures.unreadable(e));
        }
        BootReplay replay = BootReplay.of(log);
        if (replay.banks().values().stream().allMatch(values -> values.mask().isEmpty())) {
            return unusable(BootFailures.noBanks());
        }
        HashAlgorithm bank = quoted.bank();
        if (replay.bank(bank).filter(values -> !values.mask().isEmpty()).isEmpty()) {
            return unusable(BootFailures.bankMissing(bank));
        }
        if (replay.bootAggregates().isEmpty()) {
            return unusable(BootFailures.noAggregates());
        }
        return judge(Optional.of(log), Optional.of(replay), evaluate, attestations);
    }

    /** A log that cannot be read is a failure, and nothing is compared with it; a policy that has no meaning is one, too. */
    private BootAppraisal unusable(Failure failure) {
        return new BootAppraisal(
                Optional.empty(),
                Optional.empty(),
                List.of(failure),
                List.of(),
                reference.kind() == BootReference.Kind.UNREADABLE
                        ? List.of(BootFailures.policyUnreadable(reference))
                        : List.of(),
                PcrMask.NONE);
    }

    private BootAppraisal judge(
            Optional<BootLog> log, Optional<BootReplay> replay, MeasuredBootEvaluate evaluate, long attestations) {
        List<Failure> pcrFailures = new ArrayList<>();
        List<Failure> policyFailures = new ArrayList<>();
        PcrMask judged = PcrMask.NONE;
        switch (reference.kind()) {
            case NONE, ANY_BOOT -> {}
            case UNREADABLE -> policyFailures.add(BootFailures.policyUnreadable(reference));
            case JUDGED -> {
                judged = log.isPresent() ? considered() : PcrMask.NONE;
                compare(log, replay, pcrFailures);
                if (evaluate == MeasuredBootEvaluate.UNKNOWN) {
                    policyFailures.add(BootFailures.evaluateUnknown());
                } else if (evaluate.due(attestations)) {
                    policyFailures.addAll(evaluate(log.orElse(NO_LOG), judged));
                }
            }
        }
        return new BootAppraisal(log, replay, List.of(), pcrFailures, policyFailures, judged);
    }

    /** Quoted PCRs that the policy wants to see explained by the log. */
    private PcrMask considered() {
        PcrMask relevant = reference.policy().relevantPcrs().orElse(BootPolicy.MEASURED_BOOT_PCRS);
        return new PcrMask(BootPolicy.MEASURED_BOOT_PCRS.bits()
                & relevant.bits()
                & quoted.mask().bits());
    }

    private void compare(Optional<BootLog> log, Optional<BootReplay> replay, List<Failure> failures) {
        List<Failure> mismatches = new ArrayList<>();
        considered().pcrs().forEach(pcr -> {
            if (log.isEmpty() || replay.isEmpty()) {
                failures.add(BootFailures.unused(pcr));
                return;
            }
            Octets got = quoted.value(pcr).orElseThrow();
            Set<String> allowed = tpmPolicy.allowed().get(pcr);
            if (allowed != null && !allowed.contains(got.hex())) {
                failures.add(BootFailures.notAllowed(pcr, got.hex(), List.copyOf(allowed)));
            }
            Octets expected = replay.get()
                    .bank(quoted.bank())
                    .flatMap(values -> values.value(pcr))
                    .orElseGet(() -> Octets.copyOf(new byte[quoted.bank().digestSize()]));
            if (!got.equals(expected)) {
                mismatches.add(BootFailures.mismatch(pcr, got, expected, events(log.get(), pcr)));
            }
        });
        failures.addAll(mismatches);
    }

    private static List<Integer> events(BootLog log, int pcr) {
        return log.events().stream()
                .filter(event -> event.pcr() == pcr && event.extendsPcr())
                .map(BootEvent::number)
                .limit(MAX_POINTERS)
                .toList();
    }

    private List<Failure> evaluate(BootLog log, PcrMask judged) {
        PcrMask missing = reference.policy().relevantPcrs().orElse(PcrMask.NONE).minus(judged);
        if (!missing.isEmpty()) {
            return List.of(BootFailures.missing(missing.pcrs().boxed().toList()));
        }
        return reference
                .test()
                .map(test -> BootFailures.rejected(reference, test.judge(log, quoted.bank())))
                .orElseGet(() -> List.of(BootFailures.policyFailed(reference)));
    }
}

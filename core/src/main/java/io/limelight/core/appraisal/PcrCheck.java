package io.limelight.core.appraisal;

import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.TransportKeyBinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares proved PCR values with what is expected: PCR 16 with the transport key, the others with the policy.
 *
 * <p>All of these failures are recoverable: every PCR is looked at and all that differ are reported.
 */
final class PcrCheck {
    private PcrCheck() {}

    /** PCR 16 must be quoted and hold the hash of the transport key, as text exactly as it was received. */
    static List<Failure> binding(PcrValues pcrs, String transportKey) {
        String expected = TransportKeyBinding.pcr16(pcrs.bank(), transportKey).hex();
        return pcrs.hex(TpmPolicy.BINDING_PCR)
                .map(got -> got.equals(expected)
                        ? List.<Failure>of()
                        : List.of(mismatch(
                                TpmPolicy.BINDING_PCR,
                                "The transport key the machine sent is not the one its TPM vouches for.",
                                List.of(
                                        "The agent was restarted between two answers",
                                        "Another program on the machine extended PCR 16",
                                        "Someone put another key in the answer"),
                                got,
                                expected)))
                .orElseGet(() -> List.of(failure(
                        "missing_pcr_16",
                        "The quote does not cover PCR 16, so nothing ties the transport key to the TPM.",
                        List.of("The agent is of an incompatible version"),
                        Map.of())));
    }

    /** Every PCR of the policy must be quoted and have one of its allowed values; others are ignored. */
    static List<Failure> policy(PcrValues pcrs, TpmPolicy policy) {
        List<Failure> failures = new ArrayList<>();
        PcrMask missing = PcrMask.NONE;
        for (Map.Entry<Integer, Set<String>> entry : policy.allowed().entrySet()) {
            int pcr = entry.getKey();
            String got = pcrs.hex(pcr).orElse("");
            if (got.isEmpty()) {
                missing = missing.with(pcr);
            } else if (!entry.getValue().contains(got)) {
                failures.add(mismatch(
                        pcr,
                        "PCR " + pcr + " holds a value that the TPM policy does not allow.",
                        causes(pcr),
                        got,
                        List.copyOf(entry.getValue())));
            }
        }
        if (!missing.isEmpty()) {
            List<Integer> numbers = missing.pcrs().boxed().toList();
            failures.add(failure(
                    "missing_pcrs",
                    "The quote does not cover all PCRs of the TPM policy: " + numbers + " are missing.",
                    List.of("The agent leaves out PCRs that would give it away"),
                    Map.of("data", numbers)));
        }
        return failures;
    }

    /** PCR 10 is quoted, but the list that explains it is not there. */
    static Failure listMissing() {
        return failure(
                "unused_pcr_" + TpmPolicy.IMA_PCR,
                "The quote covers PCR 10, but the machine sent no IMA measurement list with it.",
                List.of(
                        "The machine's kernel has no IMA, or the agent may not read its list",
                        "The agent leaves out what would give it away"),
                Map.of());
    }

    private static List<String> causes(int pcr) {
        if (pcr <= 7) {
            return List.of(
                    "Firmware, its settings or the boot loader changed",
                    "The policy was made on another machine or for another PCR bank");
        }
        if (pcr == 23) {
            return List.of("An application extended or reset PCR 23");
        }
        return List.of(
                "Something that is measured into this PCR changed",
                "The policy was made on another machine or for another PCR bank");
    }

    private static Failure mismatch(int pcr, String sentence, List<String> causes, String got, Object expected) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", got);
        context.put("expected", expected);
        return failure("invalid_pcr_" + pcr, sentence, causes, context);
    }

    private static Failure failure(
            String type, String sentence, List<String> causes, Map<String, Object> furtherContext) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("context", sentence);
        context.putAll(furtherContext);
        return Failure.recoverable(EventComponent.PCR_VALIDATION.id(type), sentence, causes, context);
    }
}

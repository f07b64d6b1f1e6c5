package io.limelight.core.appraisal;

import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import io.limelight.core.policy.boot.BootFinding;
import io.limelight.core.policy.boot.BootReference;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.uefi.BootLogException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The failures of boot logs. All are recoverable: the other checks go on. */
final class BootFailures {
    private BootFailures() {}

    static Failure unreadable(BootLogException e) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("code", 1);
        context.put("data", e.sentence());
        context.put("events", List.of(e.event()));
        context.put("offset", e.offset());
        return boot(
                "parser.tpm2_eventlog.error",
                "The boot log cannot be read: " + e.sentence() + ".",
                List.of(
                        "The agent sent something else than the kernel's boot log",
                        "The firmware writes a log that is not as specified",
                        "The log was edited"),
                context);
    }

    static Failure notBase64() {
        return boot(
                "parser.log.base64decode",
                "The boot log is not encoded as base64.",
                List.of("The agent is of an incompatible version"),
                got("no base64"));
    }

    static Failure noBanks() {
        return boot(
                "parser.invalid_pcrs",
                "The boot log leads to no PCR value in any bank.",
                List.of("The log holds nothing but its head", "The machine has no PCR bank that can be computed here"),
                got("no PCRs"));
    }

    static Failure bankMissing(HashAlgorithm bank) {
        return boot(
                "parser.invalid_pcrs_hashes",
                "The boot log holds no digests of the quoted PCR bank " + bank.wireName() + ".",
                List.of(
                        "The agent's tpm_hash_alg names a bank that the firmware does not measure into",
                        "The PCR banks were changed since the machine was started"),
                got("no PCRs of bank " + bank.wireName()));
    }

    static Failure noAggregates() {
        return boot(
                "parser.invalid_boot_aggregates",
                "The boot log does not extend all of PCRs 0 to 7, so no boot aggregate follows from it.",
                List.of("The log is cut off", "The firmware does not measure as specified"),
                got("no boot aggregates"));
    }

    private static Map<String, Object> got(String text) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", text);
        return context;
    }

    static Failure unused(int pcr) {
        return pcr(
                "unused_pcr_" + pcr,
                "PCR " + pcr + " is quoted for its boot log, but the machine sent no boot log.",
                List.of(
                        "The agent cannot read /sys/kernel/security/tpm0/binary_bios_measurements",
                        "The machine was not started by UEFI firmware that logs what it measures"),
                new LinkedHashMap<>());
    }

    static Failure notAllowed(int pcr, String got, List<String> expected) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", got);
        context.put("expected", expected);
        return pcr(
                "invalid_pcr_" + pcr,
                "PCR " + pcr + " holds a value that the TPM policy does not allow.",
                List.of(
                        "Something that is measured into this PCR changed",
                        "The policy was made on another machine or for another PCR bank"),
                context);
    }

    static Failure mismatch(int pcr, Octets got, Octets expected, List<Integer> events) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", got.hex());
        context.put("expected", expected.hex());
        context.put("events", events);
        String log = events.isEmpty()
                ? "the boot log holds no event for it, so it should be zero"
                : "the boot log's events for it lead to another value";
        return boot(
                "invalid_pcr_" + pcr,
                "PCR " + pcr + " does not fit the boot log: " + log + ".",
                List.of(
                        "Software extended the PCR after the boot",
                        "The log was edited or is that of another boot",
                        "The log is cut off because the firmware's buffer was full"),
                context);
    }

    static Failure missing(List<Integer> pcrs) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("data", pcrs);
        return boot(
                "missing_pcrs",
                "The boot log cannot be judged: the PCRs " + pcrs
                        + " were not quoted, or there is no log to compare them with.",
                List.of(
                        "The machine's tpm_policy mask does not ask for all PCRs of the measured boot policy",
                        "The agent leaves out PCRs that would give it away"),
                context);
    }

    static Failure policyUnreadable(BootReference reference) {
        return pcr(
                "invalid_mb_policy",
                "The stored measured boot policy cannot be used: its text " + reference.problem() + ".",
                List.of("Something else than a reference state was stored as the measured boot policy"),
                new LinkedHashMap<>());
    }

    static Failure evaluateUnknown() {
        return pcr(
                "invalid_measured_boot_evaluate",
                "The verifier's option measured_boot_evaluate is neither once nor always.",
                List.of("A typing error in verifier.conf"),
                new LinkedHashMap<>());
    }

    /** One failure for each finding, all with the policy's event id: one sentence each. */
    static List<Failure> rejected(BootReference reference, List<BootFinding> findings) {
        return findings.stream()
                .map(finding -> policy(
                        reference, finding.sentence(), finding.sentence(), finding.likelyCauses(), finding.events()))
                .toList();
    }

    static Failure policyFailed(BootReference reference) {
        return policy(
                reference,
                "The measured boot reference state cannot be used by the policy "
                        + reference.policy().name() + ": " + reference.problem() + ".",
                "policy evaluation failed: " + reference.problem(),
                List.of(
                        "The reference state was edited by hand",
                        "The reference state was made for another policy",
                        "The log it was made from names no kernel"),
                List.of());
    }

    private static Failure policy(
            BootReference reference, String sentence, String reason, List<String> causes, List<Integer> events) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("context", "Boot attestation failed");
        context.put("policy", reference.policy().name());
        // Its hash, not the text: a reference state is 100 KiB, and this travels in every notice of the failure.
        context.put("refstate", "sha256:" + reference.digest());
        context.put("reason", reason);
        context.put("events", events);
        return Failure.recoverable(
                EventComponent.MEASURED_BOOT.id("policy_" + reference.policy().name()), sentence, causes, context);
    }

    private static Failure boot(String type, String sentence, List<String> causes, Map<String, Object> further) {
        return failure(EventComponent.MEASURED_BOOT, type, sentence, causes, further);
    }

    private static Failure pcr(String type, String sentence, List<String> causes, Map<String, Object> further) {
        return failure(EventComponent.PCR_VALIDATION, type, sentence, causes, further);
    }

    private static Failure failure(
            EventComponent component, String type, String sentence, List<String> causes, Map<String, Object> further) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("context", sentence);
        context.putAll(further);
        return Failure.recoverable(component.id(type), sentence, causes, context);
    }
}

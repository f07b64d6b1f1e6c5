package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Our policy {@code uefi-linux}: this boot must be the reference boot in everything that decides what runs, and may differ
 * in what differs between two good boots of one machine.
 *
 * <p><b>What may differ</b> ({@link EventRole}): microcode, tables, settings and boot options in PCR 1, the partition table
 * and the messages about the end of boot services in PCR 5, which commands GRUB ran (a menu entry chosen by hand, a timeout),
 * GRUB's environment block, further revocations in dbx, announcements that extend nothing.
 *
 * <p><b>What must be as in the reference state</b>: firmware, drivers, boot loaders and kernel (PCRs 0, 2, 4), Secure Boot, its
 * keys and what vouched for each image (PCR 7), the kernel's command line (PCR 8), every file GRUB read and the initrd
 * (PCR 9), shim's lists of keys (PCR 14). An event nobody thought of is among these: it is accepted if the reference boot had
 * the same in the same place.
 *
 * <p><b>How it is believed.</b> The TPM vouches for the sequence of digests in each PCR of the quoted bank, and for nothing else
 * in the log. So digests are compared in that bank only, as sequences (software that runs later can extend a PCR again, it
 * cannot take anything back), and a text is believed only if its own hash is the digest ({@link MeasuredText}). The kernel
 * measures its load options and its initrd itself; the first must be the hash of the very command line that GRUB logged.
 *
 * <p>A reference state that Keylime's tools made has no profile of the boot; then its own members are all that is compared
 * ({@link KeylimeShapeCheck}), and of GRUB's files only kernel and initrd.
 */
final class UefiLinuxTest implements BootTest {
    private static final int MAX_FINDINGS = 16;

    private final ReferenceState reference;

    UefiLinuxTest(ReferenceState reference) {
        this.reference = reference;
    }

    @Override
    public List<BootFinding> judge(BootLog log, HashAlgorithm bank) {
        if (!reference.covers(bank)) {
            return List.of(new BootFinding(
                    "The reference state holds no digests of the quoted bank " + bank.wireName()
                            + ", so nothing can be compared.",
                    List.of(
                            "Keylime's tool made the reference state, which knows SHA-256 alone; make it with limelight policy"
                                    + " create measured-boot",
                            "The machine had other PCR banks when the reference state was made"),
                    List.of()));
        }
        MeasuredText measured = new MeasuredText(bank);
        List<BootFinding> findings = new ArrayList<>(new SecureBootCheck(reference, measured).check(log.events()));
        GrubCheck grub = new GrubCheck(reference.kernels(), measured);
        List<BootFinding> texts = grub.check(log.events());
        findings.addAll(chain(log, bank, measured, grub.commandLine()));
        findings.addAll(texts);
        findings.addAll(FirmwareTextCheck.check(log.events(), measured));
        return findings.subList(0, Math.min(findings.size(), MAX_FINDINGS));
    }

    /** The findings against that alternative of the reference state which comes nearest. */
    private List<BootFinding> chain(
            BootLog log, HashAlgorithm bank, MeasuredText measured, Optional<String> commandLine) {
        if (reference.profiles().isEmpty()) {
            return new KeylimeShapeCheck(reference, bank, measured, commandLine).check(log.events());
        }
        return reference.profiles().stream()
                .map(profile -> new SequenceCheck(profile, bank, measured, commandLine).check(log.events()))
                .min(Comparator.comparingInt(List::size))
                .orElse(List.of());
    }
}

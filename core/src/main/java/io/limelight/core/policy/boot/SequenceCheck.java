package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares the fixed events of each PCR with one boot of the reference state: the same digests in the same order and nothing
 * else.
 *
 * <p>Two slots are not compared by digest. GRUB's environment block is written by GRUB and by the running system; its place in
 * the sequence and everything around it are fixed, and what it may bring about (another command line, another file) is judged
 * where it shows. The kernel's load options must be the hash of the command line that was judged, or of the reference's; where
 * there was no such line, that is a finding already.
 */
final class SequenceCheck {
    private static final String ENVIRONMENT = "/grubenv";
    private static final String LOAD_OPTIONS = "LOADED_IMAGE::LoadOptions";

    /** What GRUB puts before the command line when it starts a kernel. */
    private static final String BOOT_IMAGE = "BOOT_IMAGE=";

    private final BootProfile profile;
    private final HashAlgorithm bank;
    private final MeasuredText measured;
    private final Optional<String> commandLine;

    SequenceCheck(BootProfile profile, HashAlgorithm bank, MeasuredText measured, Optional<String> commandLine) {
        this.profile = profile;
        this.bank = bank;
        this.measured = measured;
        this.commandLine = commandLine;
    }

    List<BootFinding> check(List<BootEvent> events) {
        List<BootEvent> fixed = events.stream()
                .filter(event -> EventRole.of(event) == EventRole.FIXED)
                .toList();
        TreeSet<Integer> pcrs = new TreeSet<>();
        fixed.forEach(event -> pcrs.add((int) event.pcr()));
        profile.events().forEach(event -> pcrs.add(event.pcr()));
        List<BootFinding> findings = new ArrayList<>();
        // The boot chain first: what else differs follows from it.
        if (pcrs.remove(4)) {
            compare(4, fixed, findings);
        }
        for (int pcr : pcrs) {
            compare(pcr, fixed, findings);
        }
        return findings;
    }

    private void compare(int pcr, List<BootEvent> fixed, List<BootFinding> findings) {
        List<BootProfile.Fixed> expected = profile.of(pcr);
        List<BootEvent> got = fixed.stream().filter(event -> event.pcr() == pcr).toList();
        int from = 0;
        while (from < Math.min(expected.size(), got.size()) && same(expected.get(from), got.get(from))) {
            from++;
        }
        int expectedEnd = expected.size();
        int gotEnd = got.size();
        while (expectedEnd > from && gotEnd > from && same(expected.get(expectedEnd - 1), got.get(gotEnd - 1))) {
            expectedEnd--;
            gotEnd--;
        }
        differences(expected.subList(from, expectedEnd), got.subList(from, gotEnd), findings);
    }

    /** Pairs what is left in the middle; the rest of the longer side is missing or additional. */
    private void differences(List<BootProfile.Fixed> expected, List<BootEvent> got, List<BootFinding> findings) {
        int paired = Math.min(expected.size(), got.size());
        for (int i = 0; i < paired; i++) {
            if (!same(expected.get(i), got.get(i))) {
                findings.add(BootWords.changed(expected.get(i), got.get(i)));
            }
        }
        expected.subList(paired, expected.size()).forEach(event -> findings.add(BootWords.missing(event)));
        if (got.size() > paired) {
            findings.add(BootWords.additional(got.subList(paired, got.size())));
        }
    }

    private boolean same(BootProfile.Fixed expected, BootEvent got) {
        if (!expected.type().equals(EventRole.typeName(got))) {
            return false;
        }
        if (expected.digests().matches(got, bank)) {
            return true;
        }
        if (expected.pcr() != 9) {
            return false;
        }
        return got.type() == EventType.EV_IPL
                ? expected.what().endsWith(ENVIRONMENT)
                        && EventRole.describe(got).endsWith(ENVIRONMENT)
                : expected.what().equals(LOAD_OPTIONS)
                        && commandLine
                                .map(text -> measured.isMeasured(got, BOOT_IMAGE + text))
                                .orElse(true);
    }
}

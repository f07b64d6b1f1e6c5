package io.limelight.core.policy.boot;

import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The firmware's fixed events: one separator in each of PCRs 0 to 7 without an error, actions that the specification knows
 * (PFP 1.06 §10.4.4), the locality of the start before anything else in PCR 0.
 */
final class FirmwareTextCheck {
    private static final Set<String> SEPARATORS = Set.of("00000000", "ffffffff");

    private static final Map<Long, Set<String>> ACTIONS = Map.of(
            1L,
            Set.of("Entering ROM Based Setup"),
            4L,
            Set.of("Calling EFI Application from Boot Option", "Returning from EFI Application from Boot Option"),
            5L,
            Set.of(
                    "Exit Boot Services Invocation",
                    "Exit Boot Services Returned with Failure",
                    "Exit Boot Services Returned with Success"));

    private FirmwareTextCheck() {}

    static List<BootFinding> check(List<BootEvent> events, MeasuredText measured) {
        List<BootFinding> findings = new ArrayList<>();
        int[] separators = new int[8];
        for (BootEvent event : events) {
            switch (EventRole.of(event)) {
                case SEPARATOR -> {
                    separators[(int) event.pcr()]++;
                    separator(event, measured, findings);
                }
                case ACTION -> action(event, measured, findings);
                case ANNOUNCEMENT -> locality(event, events, findings);
                case FREE, SECURE_BOOT, GRUB_TEXT, FIXED -> {}
            }
        }
        for (int pcr = 0; pcr < separators.length; pcr++) {
            if (separators[pcr] != 1) {
                findings.add(new BootFinding(
                        "PCR " + pcr + " has " + separators[pcr]
                                + " separators where exactly one ends the firmware's measurements.",
                        List.of("Software extended the PCR again after the boot", "The firmware is broken"),
                        numbers(pcr, events)));
            }
        }
        return findings;
    }

    private static List<Integer> numbers(int pcr, List<BootEvent> events) {
        return events.stream()
                .filter(event -> event.pcr() == pcr && event.type() == EventType.EV_SEPARATOR)
                .map(BootEvent::number)
                .limit(16)
                .toList();
    }

    private static void separator(BootEvent event, MeasuredText measured, List<BootFinding> findings) {
        if (!SEPARATORS.contains(event.data().hex()) || !measured.isMeasured(event)) {
            findings.add(new BootFinding(
                    "The separator of PCR " + event.pcr() + " (event " + event.number()
                            + ") is not the one of an orderly boot.",
                    List.of("The firmware ran into an error and measured that", "The log was edited"),
                    List.of(event.number())));
        }
    }

    private static void action(BootEvent event, MeasuredText measured, List<BootFinding> findings) {
        if (!ACTIONS.getOrDefault(event.pcr(), Set.of()).contains(event.text().orElse(""))
                || !measured.isMeasuredAfter(event, "")) {
            findings.add(new BootFinding(
                    "Event " + event.number() + " in PCR " + event.pcr() + " (\"" + EventRole.describe(event)
                            + "\") is no action that firmware measures there, or not what was measured.",
                    List.of("Software extended the PCR after the boot", "The log was edited"),
                    List.of(event.number())));
        }
    }

    private static void locality(BootEvent event, List<BootEvent> events, List<BootFinding> findings) {
        boolean late = event.body() instanceof EventBody.StartupLocality
                && events.subList(0, event.number()).stream()
                        .anyMatch(earlier -> earlier.pcr() == 0 && earlier.extendsPcr());
        if (late) {
            findings.add(new BootFinding(
                    "Event " + event.number() + " announces the locality of the start after PCR 0 was extended.",
                    List.of("The log was edited"),
                    List.of(event.number())));
        }
    }
}

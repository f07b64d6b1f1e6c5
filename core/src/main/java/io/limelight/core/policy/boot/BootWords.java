package io.limelight.core.policy.boot;

import io.limelight.core.uefi.BootEvent;
import java.util.List;
import java.util.Locale;

/** Sentences about fixed events that are not as the reference state has them. */
final class BootWords {
    private static final List<String> UPDATED =
            List.of("It was updated; make a new reference state from a boot you trust", "Someone replaced it");
    private static final String OTHER_MACHINE = "The reference state was made from another machine";

    private BootWords() {}

    static BootFinding changed(BootProfile.Fixed expected, BootEvent got) {
        String name = name(expected);
        String claimed = EventRole.describe(got);
        String other = claimed.equals(expected.what()) ? "" : "; the log calls it \"" + claimed + "\"";
        return new BootFinding(
                capital(name) + " is not the one of the reference state" + consequence(expected) + " (event "
                        + got.number() + " in PCR " + got.pcr() + other + ").",
                causes(expected.pcr()),
                List.of(got.number()));
    }

    static BootFinding missing(BootProfile.Fixed expected) {
        return new BootFinding(
                capital(name(expected)) + " was not measured, as the reference state has it (" + expected.type()
                        + " in PCR " + expected.pcr() + ").",
                causes(expected.pcr()),
                List.of());
    }

    /** @param events of one PCR, at least one */
    static BootFinding additional(List<BootEvent> events) {
        BootEvent first = events.getFirst();
        String are = events.size() == 1 ? " is" : " and " + (events.size() - 1) + " more after it are";
        return new BootFinding(
                "Event " + first.number() + " (" + EventRole.typeName(first) + " in PCR " + first.pcr() + ", \""
                        + EventRole.describe(first) + "\")" + are
                        + " nothing the reference state knows: something else was measured, too.",
                List.of(
                        "Something else was loaded or started during the boot",
                        "Software extended the PCR again after the boot",
                        "The firmware, the boot loader or the kernel was updated and measures more now"),
                events.stream().map(BootEvent::number).limit(32).toList());
    }

    /** What an event of the reference state is about. */
    private static String name(BootProfile.Fixed event) {
        String what = event.what();
        return switch (event.pcr()) {
            case 0, 3, 6 -> "the firmware (" + event.type() + " " + what + ")";
            case 2 -> "the driver " + what;
            case 4 -> what.equals("image started from memory") ? "the kernel" : "the boot loader " + what;
            case 7 -> "what vouched for an image (" + what + ")";
            case 9 -> file(what);
            case 14 -> mokList(what);
            default -> "what is measured as " + event.type() + " " + what;
        };
    }

    private static String file(String what) {
        if (what.equals("Linux initrd")) {
            return "the initrd that the kernel unpacked";
        }
        if (what.contains("/vmlinuz")) {
            return "the kernel file " + what;
        }
        if (what.contains("/initrd") || what.contains("/initramfs")) {
            return "the initrd " + what;
        }
        return what.startsWith("LOADED_IMAGE")
                ? "what the kernel was told (its load options)"
                : "the file " + what + " that GRUB read";
    }

    private static String mokList(String what) {
        return switch (what) {
            case "MokList" -> "the list of machine owner's keys (MokList)";
            case "MokListX" -> "the list of what the machine's owner forbids (MokListX)";
            default -> "shim's variable " + what;
        };
    }

    private static String consequence(BootProfile.Fixed event) {
        return event.pcr() == 14 && event.what().equals("MokList") ? ": a key was enrolled or removed" : "";
    }

    private static List<String> causes(int pcr) {
        return switch (pcr) {
            case 0, 2, 3, 6 -> List.of("The firmware or a card was updated or replaced", OTHER_MACHINE);
            case 7 ->
                List.of(
                        "A boot loader signed with another key was started",
                        "The minimum versions of boot loaders (SBAT) were updated",
                        OTHER_MACHINE);
            case 14 ->
                List.of(
                        "Someone enrolled or removed a key with mokutil, for example for a module built on the machine",
                        OTHER_MACHINE);
            default -> UPDATED;
        };
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}

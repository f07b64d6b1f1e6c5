package io.limelight.core.policy.boot;

import io.limelight.core.uefi.BootEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What GRUB did (PCR 8): one kernel command line, and it is one the reference state allows; commands are free as long as they
 * start nothing else.
 *
 * <p>GRUB measures the text after the label, so each text is believed only if it is what was measured, and what was measured
 * is known whole. The label itself is nobody's word: a command line could be passed off as a command. It would be one that
 * begins with the path of a kernel, which no command does.
 */
final class GrubCheck {
    /** Commands that start or load what no other event would show. */
    private static final Set<String> FOREIGN_LOADERS = Set.of(
            "chainloader",
            "linux16",
            "initrd16",
            "multiboot",
            "multiboot2",
            "module",
            "module2",
            "xen_hypervisor",
            "xen_module",
            "devicetree",
            "acpi",
            "kexec");

    private static final int MAX_SHOWN = 600;

    private final List<ReferenceKernel> kernels;
    private final MeasuredText measured;
    private final List<BootEvent> commandLines = new ArrayList<>();

    GrubCheck(List<ReferenceKernel> kernels, MeasuredText measured) {
        this.kernels = kernels;
        this.measured = measured;
    }

    /** The command line found, without its label; empty if there is not exactly one that is believed. */
    Optional<String> commandLine() {
        return commandLines.size() == 1
                ? Optional.of(text(commandLines.getFirst(), MeasuredText.COMMAND_LINE))
                : Optional.empty();
    }

    private static String text(BootEvent event, String label) {
        return event.text().orElse("").substring(label.length());
    }

    List<BootFinding> check(List<BootEvent> events) {
        List<BootFinding> findings = new ArrayList<>();
        for (BootEvent event : events) {
            if (EventRole.of(event) == EventRole.GRUB_TEXT) {
                one(event, findings);
            }
        }
        commandLine(findings);
        return findings;
    }

    private void one(BootEvent event, List<BootFinding> findings) {
        String text = event.text().orElse("");
        String label =
                text.startsWith(MeasuredText.COMMAND_LINE) ? MeasuredText.COMMAND_LINE : MeasuredText.GRUB_COMMAND;
        if (!text.startsWith(label)) {
            findings.add(new BootFinding(
                    "Event " + event.number() + " extends PCR 8 with \"" + EventRole.describe(event)
                            + "\", which is neither a command of GRUB nor a kernel command line.",
                    List.of("Another boot loader than GRUB was used", "The log was edited"),
                    List.of(event.number())));
        } else if (!measured.isMeasuredAfter(event, label)) {
            findings.add(new BootFinding(
                    "The text of event " + event.number() + " (\"" + EventRole.describe(event)
                            + "\") is not what was measured: the log was edited.",
                    List.of("Someone with control of the machine hides what GRUB did"),
                    List.of(event.number())));
        } else if (label.equals(MeasuredText.COMMAND_LINE)) {
            commandLines.add(event);
        } else {
            command(event, text(event, label), findings);
        }
    }

    private static void command(BootEvent event, String command, List<BootFinding> findings) {
        int end = command.indexOf(' ');
        String name = end < 0 ? command : command.substring(0, end);
        if (command.startsWith("/") || command.startsWith("(")) {
            findings.add(new BootFinding(
                    "Event " + event.number() + " calls \"" + EventRole.describe(event)
                            + "\" a command of GRUB, but it is a kernel command line.",
                    List.of("Someone with control of the machine hides how the kernel was started"),
                    List.of(event.number())));
        } else if (FOREIGN_LOADERS.contains(name)) {
            findings.add(new BootFinding(
                    "GRUB ran \"" + EventRole.describe(event).substring(MeasuredText.GRUB_COMMAND.length())
                            + "\" (event " + event.number() + "), which starts something else than the kernel.",
                    List.of("Another entry of GRUB's menu was chosen", "GRUB's configuration was changed"),
                    List.of(event.number())));
        }
    }

    private void commandLine(List<BootFinding> findings) {
        if (commandLines.size() != 1) {
            findings.add(new BootFinding(
                    "The log holds " + commandLines.size() + " kernel command lines where exactly one is right.",
                    List.of(
                            "Another boot loader than GRUB was used",
                            "GRUB loaded a kernel twice before it started it"),
                    commandLines.stream().map(BootEvent::number).toList()));
            return;
        }
        BootEvent event = commandLines.getFirst();
        String labelled = event.text().orElse("");
        if (kernels.stream().noneMatch(kernel -> kernel.commandLine().matches(labelled))) {
            findings.add(new BootFinding(
                    "The kernel was started with a command line that the reference state does not allow: "
                            + difference(text(event, MeasuredText.COMMAND_LINE)) + " (event " + event.number() + ").",
                    List.of(
                            "The command line was edited in GRUB's menu or configuration",
                            "The kernel was updated; make a new reference state"),
                    List.of(event.number())));
        }
    }

    /** What was added to and left out of the reference's command line, if that is a plain text; else the whole. */
    private String difference(String got) {
        for (ReferenceKernel kernel : kernels) {
            String regex = kernel.commandLine().regex();
            String plain = regex.replaceAll("\\\\(.)", "$1");
            if (CommandLinePattern.escape(plain).equals(regex)) {
                Set<String> expected = new LinkedHashSet<>(Arrays.asList(plain.split(" ", -1)));
                Set<String> words = new LinkedHashSet<>(Arrays.asList(got.split(" ", -1)));
                Set<String> added = new LinkedHashSet<>(words);
                added.removeAll(expected);
                Set<String> missing = new LinkedHashSet<>(expected);
                missing.removeAll(words);
                if (!added.isEmpty() || !missing.isEmpty()) {
                    return shown((added.isEmpty() ? "" : "\"" + String.join(" ", added) + "\" was added")
                            + (added.isEmpty() || missing.isEmpty() ? "" : " and ")
                            + (missing.isEmpty() ? "" : "\"" + String.join(" ", missing) + "\" is missing"));
                }
            }
        }
        return shown("\"" + got + "\"");
    }

    private static String shown(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > MAX_SHOWN ? plain.substring(0, MAX_SHOWN) + "…" : plain;
    }
}

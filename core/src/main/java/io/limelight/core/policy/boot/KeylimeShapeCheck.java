package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.SignatureEntry;
import io.limelight.core.uefi.VariableValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The fixed events against a reference state that Keylime's tools made: firmware, boot loaders, kernel, initrd and shim's lists
 * as it names them, and no event of a kind that is not known to belong there.
 *
 * <p>It knows nothing of drivers and of GRUB's files, so these are accepted. That would let another initrd pass as a file of
 * GRUB, with the right one's digest extended by the running system afterwards. Where the kernel measures its load options
 * itself this cannot be hidden: their digest follows from the command line, and nothing but the initrd may come after it.
 *
 * <p>An application of the firmware itself is not named in such a reference state, and the path that calls it one is nobody's
 * word, so it is a finding.
 */
final class KeylimeShapeCheck {
    private static final Octets OFF = Octets.ofHex("00");
    private static final Octets ON = Octets.ofHex("01");

    private final ReferenceState reference;
    private final HashAlgorithm bank;
    private final MeasuredText measured;
    private final Optional<String> commandLine;
    private final List<BootFinding> findings = new ArrayList<>();
    private final List<BootEvent> versions = new ArrayList<>();
    private final List<BootEvent> blobs = new ArrayList<>();
    private final List<BootEvent> applications = new ArrayList<>();
    private final List<BootEvent> kernelFiles = new ArrayList<>();
    private final List<BootEvent> initrds = new ArrayList<>();
    private final List<BootEvent> unpacked = new ArrayList<>();
    private final List<BootEvent> files = new ArrayList<>();

    KeylimeShapeCheck(
            ReferenceState reference, HashAlgorithm bank, MeasuredText measured, Optional<String> commandLine) {
        this.reference = reference;
        this.bank = bank;
        this.measured = measured;
        this.commandLine = commandLine;
    }

    List<BootFinding> check(List<BootEvent> events) {
        for (BootEvent event : events) {
            if (EventRole.of(event) == EventRole.FIXED && !known(event)) {
                findings.add(BootWords.additional(List.of(event)));
            }
        }
        List<BootFinding> all = new ArrayList<>(reference.kernels().stream()
                .map(this::kernel)
                .min(Comparator.comparingInt(List::size))
                .orElseGet(() -> List.of(other("No kernel", "is named in the reference state", applications))));
        if (reference.firmware().stream().noneMatch(this::isFirmware)) {
            all.add(other("The firmware", "is not the one of the reference state", versions, blobs));
        }
        all.addAll(findings);
        afterTheKernelStarted().ifPresent(all::add);
        return all;
    }

    private Optional<BootFinding> afterTheKernelStarted() {
        for (int i = 0; i < files.size(); i++) {
            if (!isLoadOptions(files.get(i))) {
                continue;
            }
            List<BootEvent> after = files.subList(i + 1, files.size());
            if (!(files.get(i).body() instanceof EventBody.Tagged)) {
                return Optional.of(BootWords.additional(files.subList(i, files.size())));
            }
            return after.size() <= 1 && unpacked.containsAll(after)
                    ? Optional.empty()
                    : Optional.of(BootWords.additional(after));
        }
        return Optional.empty();
    }

    private boolean isLoadOptions(BootEvent event) {
        return commandLine
                .filter(text -> measured.isMeasured(event, "BOOT_IMAGE=" + text))
                .isPresent();
    }

    private boolean known(BootEvent event) {
        return switch ((int) event.pcr()) {
            case 0 -> firmware(event);
            case 2 ->
                event.type() == EventType.EV_EFI_BOOT_SERVICES_DRIVER
                        || event.type() == EventType.EV_EFI_RUNTIME_SERVICES_DRIVER;
            case 4 -> event.type() == EventType.EV_EFI_BOOT_SERVICES_APPLICATION && application(event);
            case 7 -> event.body() instanceof EventBody.Variable variable && authority(event, variable);
            case 9 -> bootFile(event);
            case 14 -> event.type() == EventType.EV_IPL && mokList(event);
            default -> false;
        };
    }

    private boolean firmware(BootEvent event) {
        return switch (event.type()) {
            case EV_S_CRTM_VERSION -> versions.add(event);
            case EV_EFI_PLATFORM_FIRMWARE_BLOB, EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> blobs.add(event);
            case EV_S_CRTM_CONTENTS, EV_POST_CODE, EV_NONHOST_CODE, EV_NONHOST_INFO, EV_EFI_HCRTM_EVENT -> true;
            default -> false;
        };
    }

    private boolean application(BootEvent event) {
        return !(event.body() instanceof EventBody.Image image
                        && image.devicePath().fromFirmwareVolume())
                && applications.add(event);
    }

    private boolean authority(BootEvent event, EventBody.Variable variable) {
        if (event.type() != EventType.EV_EFI_VARIABLE_AUTHORITY || !measured.isMeasured(event, variable)) {
            return false;
        }
        return switch (variable.name()) {
            case "db", "Shim", "SbatLevel", "MokListTrusted", "MokListRT" -> true;
            case "vendor_db" ->
                variable.value() instanceof VariableValue.Authority(List<SignatureEntry> entries)
                        && entries.stream().map(ReferenceKey::of).allMatch(reference.vendorDb()::contains);
            default -> false;
        };
    }

    private boolean bootFile(BootEvent event) {
        files.add(event);
        return switch (event.body()) {
            case EventBody.Ipl ipl -> grubFile(event, ipl.text());
            case EventBody.Tagged tagged ->
                switch (tagged.text()) {
                    case "Linux initrd" -> unpacked.add(event);
                    case "LOADED_IMAGE::LoadOptions" -> commandLine.isEmpty() || isLoadOptions(event);
                    default -> false;
                };
            default -> false;
        };
    }

    private boolean grubFile(BootEvent event, String text) {
        if (text.contains("/loader/entries") || text.contains("/grub")) {
            return true;
        }
        if (text.contains("/vmlinuz")) {
            return kernelFiles.add(event);
        }
        return (text.contains("/initrd") || text.contains("/initramfs")) && initrds.add(event);
    }

    private boolean mokList(BootEvent event) {
        switch (event.text().orElse("")) {
            case "MokList" -> mokList(reference.mokLists(), event);
            case "MokListX" -> mokList(reference.mokListsX(), event);
            case "MokListTrusted" -> {
                // A switch: with any digest allowed, another MokList could be passed off as it.
                return measured.isMeasured(event, OFF) || measured.isMeasured(event, ON);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void mokList(List<ReferenceDigests> known, BootEvent event) {
        if (known.stream().noneMatch(digests -> digests.matches(event, bank))) {
            findings.add(BootWords.changed(
                    new BootProfile.Fixed(
                            14,
                            "EV_IPL",
                            event.text().orElse(""),
                            known.isEmpty() ? ReferenceDigests.sha256("") : known.getFirst()),
                    event));
        }
    }

    private List<BootFinding> kernel(ReferenceKernel kernel) {
        List<BootFinding> differences = new ArrayList<>();
        List<String> expected = new ArrayList<>(List.of(kernel.shim(), kernel.grub()));
        kernel.kernel().ifPresent(expected::add);
        kernel.kernel().filter(digest -> applications.size() == 4).ifPresent(expected::add);
        List<String> names = List.of("The boot loader (shim)", "The boot loader (GRUB)", "The kernel", "The kernel");
        for (int i = 0; i < Math.max(expected.size(), applications.size()); i++) {
            String name = i < names.size() ? names.get(i) : "An application";
            if (i >= applications.size()) {
                differences.add(other(name, "was not started", List.of()));
            } else if (i >= expected.size()) {
                differences.add(BootWords.additional(List.of(applications.get(i))));
            } else if (!is(expected.get(i), applications.get(i))) {
                differences.add(other(name, "is not the one of the reference state", List.of(applications.get(i))));
            }
        }
        one("initrd", initrds, Optional.of(kernel.initrd())).ifPresent(differences::add);
        one("kernel file", kernelFiles, kernel.vmlinuz()).ifPresent(differences::add);
        if (!unpacked.isEmpty()) {
            one("initrd that the kernel unpacked", unpacked, Optional.of(kernel.initrd()))
                    .ifPresent(differences::add);
        }
        return differences;
    }

    private Optional<BootFinding> one(String name, List<BootEvent> got, Optional<String> digest) {
        if (got.size() != 1) {
            return Optional.of(other("The " + name, "was measured " + got.size() + " times where once is right", got));
        }
        return digest.filter(hex -> !is(hex, got.getFirst()))
                .map(hex -> other("The " + name, "is not the one of the reference state", got));
    }

    private boolean isFirmware(ReferenceState.Firmware firmware) {
        if (versions.size() != 1
                || !firmware.scrtm().matches(versions.getFirst(), bank)
                || blobs.size() != firmware.blobs().size()) {
            return false;
        }
        for (int i = 0; i < blobs.size(); i++) {
            if (!firmware.blobs().get(i).matches(blobs.get(i), bank)) {
                return false;
            }
        }
        return true;
    }

    private boolean is(String sha256, BootEvent event) {
        return ReferenceDigests.sha256(sha256).matches(event, bank);
    }

    @SafeVarargs
    private static BootFinding other(String name, String problem, List<BootEvent>... events) {
        List<Integer> numbers = new ArrayList<>();
        for (List<BootEvent> list : events) {
            list.forEach(event -> numbers.add(event.number()));
        }
        String place = numbers.isEmpty() ? "" : (numbers.size() == 1 ? " (event " : " (events ") + numbers + ")";
        return new BootFinding(
                name + " " + problem + place.replace("[", "").replace("]", "") + ".",
                List.of(
                        "It was updated; make a new reference state from a boot you trust",
                        "Someone replaced it",
                        "The reference state was made from another machine"),
                numbers);
    }
}

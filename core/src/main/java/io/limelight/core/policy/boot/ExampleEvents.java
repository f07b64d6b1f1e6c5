package io.limelight.core.policy.boot;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.Guid;
import io.limelight.core.uefi.SignatureEntry;
import io.limelight.core.uefi.SignatureList;
import io.limelight.core.uefi.VariableValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One evaluation of {@link ExampleTest}: sees the events in order, collects what belongs together, judges that last. */
final class ExampleEvents {
    private static final Optional<String> PASS = Optional.empty();
    private static final Pattern BOOT_VARIABLE = Pattern.compile("BootOrder|Boot[0-9a-fA-F]+");
    private static final int MAX_FLAGS = 4;

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

    private final ReferenceState reference;
    private final HashAlgorithm bank;
    private final MeasuredText measured;
    private final Map<String, Integer> uses = new HashMap<>();
    private final List<BootEvent> versions = new ArrayList<>();
    private final List<BootEvent> blobs = new ArrayList<>();
    private final List<BootEvent> applications = new ArrayList<>();
    private final List<BootEvent> kernelFiles = new ArrayList<>();
    private final List<BootEvent> initrds = new ArrayList<>();
    private final List<BootEvent> commandLines = new ArrayList<>();

    ExampleEvents(ReferenceState reference, HashAlgorithm bank) {
        this.reference = reference;
        this.bank = bank;
        this.measured = new MeasuredText(bank);
    }

    /** Why this event rejects the log; empty if it does not. */
    Optional<String> refuse(BootEvent event) {
        long pcr = event.pcr();
        EventType type = event.type();
        if (type == EventType.EV_SEPARATOR && pcr <= 7) {
            return separator(event);
        }
        if (type == EventType.EV_EFI_ACTION && ACTIONS.containsKey(pcr)) {
            return action(event);
        }
        return switch ((int) pcr) {
            case 0 -> firmware(event);
            case 1 -> configuration(event);
            case 2 -> type == EventType.EV_EFI_BOOT_SERVICES_DRIVER ? PASS : unexpected();
            case 4 -> type == EventType.EV_EFI_BOOT_SERVICES_APPLICATION ? collect(applications, event) : unexpected();
            case 5 -> type == EventType.EV_EFI_GPT_EVENT ? atMost(1, "GPT") : unexpected();
            case 7 -> secureBoot(event);
            case 8 -> type == EventType.EV_IPL ? grubText(event) : unexpected();
            case 9 -> type == EventType.EV_IPL ? grubFile(event) : unexpected();
            case 14 -> type == EventType.EV_IPL ? mokList(event) : unexpected();
            default -> unexpected();
        };
    }

    private static Optional<String> unexpected() {
        return Optional.of("the policy knows no such event in this PCR");
    }

    private static Optional<String> collect(List<BootEvent> list, BootEvent event) {
        list.add(event);
        return PASS;
    }

    private Optional<String> atMost(int times, String what) {
        return uses.merge(what, 1, Integer::sum) <= times
                ? PASS
                : Optional.of("it occurs more often than " + times + " times");
    }

    private Optional<String> firmware(BootEvent event) {
        return switch (event.type()) {
            case EV_NO_ACTION -> atMost(1, "NO_ACTION");
            case EV_S_CRTM_VERSION -> collect(versions, event);
            case EV_EFI_PLATFORM_FIRMWARE_BLOB, EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> collect(blobs, event);
            default -> unexpected();
        };
    }

    private Optional<String> configuration(BootEvent event) {
        return switch (event.type()) {
            case EV_CPU_MICROCODE, EV_EFI_HANDOFF_TABLES, EV_EFI_HANDOFF_TABLES2 ->
                atMost(1, event.type().name());
            case EV_PLATFORM_CONFIG_FLAGS -> atMost(MAX_FLAGS, event.type().name());
            case EV_EFI_VARIABLE_BOOT ->
                event.body() instanceof EventBody.Variable variable
                                && variable.vendor().equals(Guid.GLOBAL)
                                && BOOT_VARIABLE.matcher(variable.name()).matches()
                        ? PASS
                        : Optional.of("it is no boot option");
            default -> unexpected();
        };
    }

    private Optional<String> separator(BootEvent event) {
        // Keylime accepts FFFFFFFF too, but only in upper case, which its parser never prints.
        return event.data().hex().equals("00000000") && measured.isMeasured(event)
                ? PASS
                : Optional.of("the separator is not four zero bytes or not what was measured");
    }

    private Optional<String> action(BootEvent event) {
        String text = event.text().orElse("");
        return ACTIONS.getOrDefault(event.pcr(), Set.of()).contains(text) && measured.isMeasuredAfter(event, "")
                ? PASS
                : Optional.of("it is no known action or not what was measured");
    }

    private Optional<String> secureBoot(BootEvent event) {
        if (!(event.body() instanceof EventBody.Variable variable)) {
            return unexpected();
        }
        return switch (event.type()) {
            case EV_EFI_VARIABLE_DRIVER_CONFIG -> driverConfig(variable);
            case EV_EFI_VARIABLE_AUTHORITY -> authority(variable);
            default -> unexpected();
        };
    }

    private Optional<String> driverConfig(EventBody.Variable variable) {
        return switch (variable.vendor().text() + " " + variable.name()) {
            case "8be4df61-93ca-11d2-aa0d-00e098032b8c SecureBoot" ->
                variable.value().equals(new VariableValue.Switch(reference.secureBoot()))
                        ? PASS
                        : Optional.of("Secure Boot is " + (reference.secureBoot() ? "off" : "on"));
            case "8be4df61-93ca-11d2-aa0d-00e098032b8c PK" -> keys(variable, reference.pk(), false);
            case "8be4df61-93ca-11d2-aa0d-00e098032b8c KEK" -> keys(variable, reference.kek(), false);
            case "d719b2cb-3d3a-4596-a3bc-dad00e67656f db" -> keys(variable, reference.db(), true);
            case "d719b2cb-3d3a-4596-a3bc-dad00e67656f vendor_db" -> keys(variable, reference.vendorDb(), true);
            case "d719b2cb-3d3a-4596-a3bc-dad00e67656f dbx" -> forbidden(variable);
            default -> Optional.of("the policy knows no such variable");
        };
    }

    /** Every key must be one of the reference state's, every list of certificates (or hashes, where they make sense). */
    private Optional<String> keys(EventBody.Variable variable, Set<ReferenceKey> known, boolean hashesToo) {
        Optional<String> repeated = atMost(1, "variable " + variable.name());
        if (repeated.isPresent() || anything(known)) {
            return repeated;
        }
        if (!(variable.value() instanceof VariableValue.Signatures(List<SignatureList> lists)) || lists.isEmpty()) {
            return Optional.of("it holds no signature list");
        }
        for (SignatureList list : lists) {
            boolean type = list.type().equals(Guid.CERT_X509)
                    || (hashesToo && list.type().equals(Guid.CERT_SHA256));
            if (!type) {
                return Optional.of("it holds a signature list of another type");
            }
            if (!known.containsAll(keysOf(list))) {
                return Optional.of("it holds a key that the reference state does not name");
            }
        }
        return PASS;
    }

    private Optional<String> forbidden(EventBody.Variable variable) {
        Optional<String> repeated = atMost(1, "variable dbx");
        if (repeated.isPresent() || anything(reference.dbx())) {
            return repeated;
        }
        if (!(variable.value() instanceof VariableValue.Signatures(List<SignatureList> lists))
                || lists.size() != 1
                || !lists.getFirst().type().equals(Guid.CERT_SHA256)) {
            return Optional.of("it is not exactly one list of hashes");
        }
        return keysOf(lists.getFirst()).containsAll(reference.dbx())
                ? PASS
                : Optional.of("it lacks hashes that the reference state forbids");
    }

    /** Without Secure Boot nothing is asked of a variable the reference state has no keys for. */
    private boolean anything(Set<ReferenceKey> known) {
        return !reference.secureBoot() && known.isEmpty();
    }

    private static Set<ReferenceKey> keysOf(SignatureList list) {
        Set<ReferenceKey> keys = new HashSet<>();
        for (SignatureEntry entry : list.entries()) {
            keys.add(ReferenceKey.of(entry));
        }
        return keys;
    }

    private Optional<String> authority(EventBody.Variable variable) {
        Optional<String> repeated = atMost(1, "authority " + variable.name());
        if (repeated.isPresent()) {
            return repeated;
        }
        return switch (variable.vendor().text() + " " + variable.name()) {
            case "d719b2cb-3d3a-4596-a3bc-dad00e67656f db",
                    "605dab50-e046-4300-abb6-3dd810dd8b23 SbatLevel",
                    "605dab50-e046-4300-abb6-3dd810dd8b23 Shim",
                    "605dab50-e046-4300-abb6-3dd810dd8b23 MokListTrusted",
                    "605dab50-e046-4300-abb6-3dd810dd8b23 MokListRT" -> PASS;
            case "d719b2cb-3d3a-4596-a3bc-dad00e67656f vendor_db" ->
                anything(reference.vendorDb()) || vendorKeysAreKnown(variable)
                        ? PASS
                        : Optional.of("it holds a key that the reference state does not name");
            default -> Optional.of("the policy knows no such variable");
        };
    }

    private boolean vendorKeysAreKnown(EventBody.Variable variable) {
        return variable.value() instanceof VariableValue.Authority(List<SignatureEntry> entries)
                && entries.stream().map(ReferenceKey::of).allMatch(reference.vendorDb()::contains);
    }

    private Optional<String> grubText(BootEvent event) {
        String text = event.text().orElse("");
        if (text.startsWith(MeasuredText.COMMAND_LINE)) {
            return collect(commandLines, event);
        }
        return text.startsWith(MeasuredText.GRUB_COMMAND) ? PASS : Optional.of("it is no command of GRUB");
    }

    private Optional<String> grubFile(BootEvent event) {
        String text = event.text().orElse("");
        if (text.contains("\n")) {
            return Optional.of("it is no file name");
        }
        if (text.contains("/loader/entries") || text.contains("/grub")) {
            return PASS;
        }
        if (text.contains("/vmlinuz")) {
            return collect(kernelFiles, event);
        }
        return text.contains("/initrd") || text.contains("/initramfs")
                ? collect(initrds, event)
                : Optional.of("it is no file of GRUB, kernel or initrd");
    }

    private Optional<String> mokList(BootEvent event) {
        return switch (event.text().orElse("")) {
            case "MokList" -> oneOf(reference.mokLists(), event);
            case "MokListX" -> oneOf(reference.mokListsX(), event);
            case "MokListTrusted" -> atMost(1, "MokListTrusted");
            default -> Optional.of("it is no list of shim");
        };
    }

    private Optional<String> oneOf(List<ReferenceDigests> known, BootEvent event) {
        return known.stream().anyMatch(digests -> digests.matches(event, bank))
                ? PASS
                : Optional.of("its digest is not one of the reference state's");
    }

    /** After the last event: whether what was collected is one of the kernels and one of the firmwares. */
    Optional<BootFinding> refuseWhole() {
        if (reference.kernels().stream().noneMatch(this::isKernel)) {
            return Optional.of(finding(
                    "No entry of \"kernels\" in the reference state has this boot loader, kernel, initrd and command line"
                            + otherBank() + ".",
                    List.of("The kernel, the boot loader, the initrd or the command line was changed or updated"),
                    List.of(applications, kernelFiles, initrds, commandLines)));
        }
        if (reference.firmware().stream().noneMatch(this::isFirmware)) {
            return Optional.of(finding(
                    "No entry of \"scrtm_and_bios\" in the reference state is this firmware" + otherBank() + ".",
                    List.of("The firmware was updated or replaced"),
                    List.of(versions, blobs)));
        }
        return Optional.empty();
    }

    private String otherBank() {
        return reference.covers(bank) ? "" : ", which holds no digests of the quoted bank " + bank.wireName();
    }

    private static BootFinding finding(String sentence, List<String> causes, List<List<BootEvent>> events) {
        return new BootFinding(
                sentence,
                causes,
                events.stream().flatMap(List::stream).map(BootEvent::number).toList());
    }

    private boolean isKernel(ReferenceKernel kernel) {
        return applicationsAre(kernel)
                && only(initrds).filter(event -> is(kernel.initrd(), event)).isPresent()
                && only(kernelFiles)
                        .filter(event -> kernel.vmlinuz()
                                .map(digest -> is(digest, event))
                                .orElse(true))
                        .isPresent()
                && only(commandLines)
                        .filter(event ->
                                kernel.commandLine().matches(event.text().orElse("")))
                        .isPresent();
    }

    private boolean applicationsAre(ReferenceKernel kernel) {
        List<String> expected = new ArrayList<>(List.of(kernel.shim(), kernel.grub()));
        kernel.kernel().ifPresent(expected::add);
        if (kernel.kernel().isPresent() && applications.size() == 4) {
            expected.add(kernel.kernel().get());
        }
        if (applications.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!is(expected.get(i), applications.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isFirmware(ReferenceState.Firmware firmware) {
        if (blobs.size() != firmware.blobs().size()) {
            return false;
        }
        for (int i = 0; i < blobs.size(); i++) {
            if (!firmware.blobs().get(i).matches(blobs.get(i), bank)) {
                return false;
            }
        }
        return only(versions)
                .filter(event -> firmware.scrtm().matches(event, bank))
                .isPresent();
    }

    private boolean is(String sha256, BootEvent event) {
        return ReferenceDigests.sha256(sha256).matches(event, bank);
    }

    private static Optional<BootEvent> only(List<BootEvent> events) {
        return events.size() == 1 ? Optional.of(events.getFirst()) : Optional.empty();
    }
}

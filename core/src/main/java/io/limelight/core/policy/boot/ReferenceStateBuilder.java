package io.limelight.core.policy.boot;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.SignatureEntry;
import io.limelight.core.uefi.SignatureList;
import io.limelight.core.uefi.VariableValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a reference state from the log of a boot that is trusted: Keylime's members as its {@code create_mb_refstate} writes
 * them, in its order, then ours ({@link BootProfile}).
 */
public final class ReferenceStateBuilder {
    /**
     * What came out.
     *
     * @param json the reference state
     * @param warnings sentences about what is missing in it or was not as asked; may be empty
     */
    public record Result(ObjectNode json, List<String> warnings) {
        /** Copies the list. */
        public Result {
            warnings = List.copyOf(warnings);
        }
    }

    private static final int LABEL = MeasuredText.COMMAND_LINE.length();

    private final List<BootEvent> events;
    private final List<String> warnings = new ArrayList<>();

    private ReferenceStateBuilder(BootLog log) {
        this.events = log.events();
    }

    /**
     * Makes a reference state.
     *
     * @param log a boot that is trusted
     * @param withoutSecureBoot whether a machine without Secure Boot is meant
     * @throws ReferenceStateException if Secure Boot is off and that was not meant
     */
    public static Result build(BootLog log, boolean withoutSecureBoot) throws ReferenceStateException {
        return new ReferenceStateBuilder(log).build(log, withoutSecureBoot, true);
    }

    /** The same without our member: exactly what Keylime's tool writes. */
    public static Result buildForKeylime(BootLog log, boolean withoutSecureBoot) throws ReferenceStateException {
        return new ReferenceStateBuilder(log).build(log, withoutSecureBoot, false);
    }

    private Result build(BootLog log, boolean withoutSecureBoot, boolean profile) throws ReferenceStateException {
        boolean secureBoot = secureBoot();
        if (!secureBoot && !withoutSecureBoot) {
            throw new ReferenceStateException("Provided eventlog has SecureBoot disabled, but -i flag was not set: a"
                    + " reference state without Secure Boot trusts whatever boot loader the firmware was given. Use"
                    + " --without-secureboot if that is meant");
        }
        if (secureBoot && withoutSecureBoot) {
            warnings.add("Secure Boot is on in this log, so --without-secureboot has no effect.");
        }
        ObjectNode root = JsonTrees.object().put("has_secureboot", secureBoot);
        firmware(root);
        for (String name : List.of("pk", "kek", "db", "dbx")) {
            keys(root.putArray(name), name);
        }
        vendorDb(root.putArray("vendor_db"));
        mokList(root.putArray("mokdig"), "MokList");
        mokList(root.putArray("mokxdig"), "MokListX");
        kernels(root, secureBoot);
        if (profile) {
            root.set("limelight", BootProfile.member(List.of(BootProfile.of(log))));
        }
        return new Result(root, warnings);
    }

    private boolean secureBoot() {
        for (BootEvent event : events) {
            if (event.type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG
                    && event.body() instanceof EventBody.Variable variable
                    && variable.value() instanceof VariableValue.Switch(boolean on)) {
                return on;
            }
        }
        warnings.add("The log does not say whether Secure Boot is on; it is taken to be off.");
        return false;
    }

    private void firmware(ObjectNode root) {
        ObjectNode firmware = root.putArray("scrtm_and_bios").addObject();
        first(event -> event.type() == EventType.EV_S_CRTM_VERSION)
                .ifPresent(event -> firmware.set("scrtm", digest(event)));
        ArrayNode blobs = firmware.putArray("platform_firmware");
        for (BootEvent event : events) {
            if (event.type() == EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB
                    || event.type() == EventType.EV_EFI_PLATFORM_FIRMWARE_BLOB2) {
                blobs.add(digest(event));
            }
        }
    }

    private static ObjectNode digest(BootEvent event) {
        ObjectNode node = JsonTrees.object();
        hex(event).ifPresent(hex -> node.put(HashAlgorithm.SHA256.wireName(), hex));
        return node;
    }

    private static Optional<String> hex(BootEvent event) {
        return event.digest(HashAlgorithm.SHA256).map(value -> "0x" + value.hex());
    }

    private Optional<BootEvent> first(Predicate<BootEvent> wanted) {
        return events.stream().filter(wanted).findFirst();
    }

    private void keys(ArrayNode keys, String name) {
        for (BootEvent event : events) {
            if (event.type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG
                    && event.body() instanceof EventBody.Variable variable
                    && variable.name().toLowerCase(Locale.ROOT).equals(name)
                    && variable.value() instanceof VariableValue.Signatures(List<SignatureList> lists)) {
                keys.removeAll();
                lists.forEach(list -> list.entries().forEach(entry -> keys.add(key(entry))));
            }
        }
    }

    private static ObjectNode key(SignatureEntry entry) {
        return JsonTrees.object()
                .put("SignatureOwner", entry.owner().text())
                .put("SignatureData", "0x" + entry.data().hex());
    }

    private void vendorDb(ArrayNode keys) {
        for (BootEvent event : events) {
            if (event.type() == EventType.EV_EFI_VARIABLE_AUTHORITY
                    && event.body() instanceof EventBody.Variable variable
                    && variable.name().equals("vendor_db")
                    && variable.value() instanceof VariableValue.Authority(List<SignatureEntry> entries)) {
                entries.forEach(entry -> keys.add(key(entry)));
            }
        }
    }

    private void mokList(ArrayNode digests, String name) {
        for (BootEvent event : events) {
            if (event.type() == EventType.EV_IPL && event.text().orElse("").equals(name)) {
                digests.add(digest(event));
            }
        }
    }

    private void kernels(ObjectNode root, boolean secureBoot) {
        List<BootEvent> applications = events.stream()
                .filter(event -> event.type() == EventType.EV_EFI_BOOT_SERVICES_APPLICATION
                        && event.body() instanceof EventBody.Image image
                        && !image.devicePath().fromFirmwareVolume())
                .toList();
        boolean expected = secureBoot ? applications.size() == 3 || applications.size() == 4 : applications.size() == 2;
        if (!expected) {
            warnings.add(
                    "The log names " + applications.size()
                            + " boot applications where shim, GRUB" + (secureBoot ? " and a kernel" : "")
                            + " are expected: no kernel was put into the reference state, and no policy but accept-all passes with it.");
            return;
        }
        ObjectNode kernel = root.putArray("kernels").addObject();
        if (secureBoot) {
            put(kernel, "kernel_authcode_sha256", hex(applications.get(2)));
        }
        put(kernel, "shim_authcode_sha256", hex(applications.get(0)));
        put(kernel, "grub_authcode_sha256", hex(applications.get(1)));
        put(
                kernel,
                "initrd_plain_sha256",
                first(event -> isFile(event, "initrd") || isFile(event, "initramfs"))
                        .flatMap(ReferenceStateBuilder::hex));
        if (!secureBoot) {
            put(
                    kernel,
                    "vmlinuz_plain_sha256",
                    first(event -> isFile(event, "vmlinuz")).flatMap(ReferenceStateBuilder::hex));
        }
        put(
                kernel,
                "kernel_cmdline",
                first(event -> event.pcr() == 8
                                && event.type() == EventType.EV_IPL
                                && event.text().orElse("").startsWith(MeasuredText.COMMAND_LINE))
                        .map(event -> CommandLinePattern.escape(
                                event.text().orElse("").substring(LABEL))));
    }

    private static boolean isFile(BootEvent event, String part) {
        return event.pcr() == 9
                && event.type() == EventType.EV_IPL
                && event.text().orElse("").contains(part);
    }

    private void put(ObjectNode kernel, String name, Optional<String> value) {
        value.ifPresentOrElse(
                text -> kernel.put(name, text),
                () -> warnings.add("The log holds nothing for " + name + "; the reference state lacks it."));
    }
}

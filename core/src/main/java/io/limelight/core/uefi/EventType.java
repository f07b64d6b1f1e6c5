package io.limelight.core.uefi;

import java.util.HashMap;
import java.util.Map;

/** Event types of TCG PC Client Platform Firmware Profile 1.06 §10.4.1; the constant's name is the name in policies. */
public enum EventType {
    /** Reserved. */
    EV_PREBOOT_CERT(0x0),
    /** Code of the platform, in PCR 0. */
    EV_POST_CODE(0x1),
    /** Reserved. */
    EV_UNUSED(0x2),
    /** Information that is not extended. */
    EV_NO_ACTION(0x3),
    /** End of what the firmware measures into a PCR before it hands over. */
    EV_SEPARATOR(0x4),
    /** A fixed text. */
    EV_ACTION(0x5),
    /** TCG_PCClientTaggedEvent; the Linux EFI stub uses it. */
    EV_EVENT_TAG(0x6),
    /** Contents of the root of trust for measurement. */
    EV_S_CRTM_CONTENTS(0x7),
    /** Version of the root of trust for measurement. */
    EV_S_CRTM_VERSION(0x8),
    /** Microcode. */
    EV_CPU_MICROCODE(0x9),
    /** Platform configuration. */
    EV_PLATFORM_CONFIG_FLAGS(0xa),
    /** Devices. */
    EV_TABLE_OF_DEVICES(0xb),
    /** A hash with a four-byte explanation. */
    EV_COMPACT_HASH(0xc),
    /** Initial program loader: GRUB's commands and files, shim's lists. */
    EV_IPL(0xd),
    /** Data of the initial program loader. */
    EV_IPL_PARTITION_DATA(0xe),
    /** Code run by another processor. */
    EV_NONHOST_CODE(0xf),
    /** Configuration of another processor. */
    EV_NONHOST_CONFIG(0x10),
    /** Information about another processor. */
    EV_NONHOST_INFO(0x11),
    /** Boot devices are left out. */
    EV_OMIT_BOOT_DEVICE_EVENTS(0x12),
    /** A variable that configures a driver: Secure Boot's state and keys. */
    EV_EFI_VARIABLE_DRIVER_CONFIG(0x80000001L),
    /** BootOrder or Boot####; the digest covers the value alone. */
    EV_EFI_VARIABLE_BOOT(0x80000002L),
    /** An application: boot loader, kernel. */
    EV_EFI_BOOT_SERVICES_APPLICATION(0x80000003L),
    /** A driver, for example an option ROM. */
    EV_EFI_BOOT_SERVICES_DRIVER(0x80000004L),
    /** A driver that stays. */
    EV_EFI_RUNTIME_SERVICES_DRIVER(0x80000005L),
    /** The partition table. */
    EV_EFI_GPT_EVENT(0x80000006L),
    /** A fixed text. */
    EV_EFI_ACTION(0x80000007L),
    /** A part of the firmware. */
    EV_EFI_PLATFORM_FIRMWARE_BLOB(0x80000008L),
    /** Tables handed over. */
    EV_EFI_HANDOFF_TABLES(0x80000009L),
    /** A part of the firmware, with its name. */
    EV_EFI_PLATFORM_FIRMWARE_BLOB2(0x8000000aL),
    /** Tables handed over, with their name. */
    EV_EFI_HANDOFF_TABLES2(0x8000000bL),
    /** BootOrder or Boot####; the digest covers the whole event. */
    EV_EFI_VARIABLE_BOOT2(0x8000000cL),
    /** The hardware's own measurement that starts PCR 0 anew. */
    EV_EFI_HCRTM_EVENT(0x80000010L),
    /** What vouched for an image: an entry of db or of shim's lists. */
    EV_EFI_VARIABLE_AUTHORITY(0x800000e0L),
    /** Any other number. */
    UNKNOWN(-1);

    private static final Map<Long, EventType> BY_CODE = new HashMap<>();

    static {
        for (EventType type : values()) {
            BY_CODE.put(type.code, type);
        }
    }

    private final long code;

    EventType(long code) {
        this.code = code;
    }

    /** The number in the log; −1 for {@link #UNKNOWN}. */
    public long code() {
        return code;
    }

    /** Name in policies: the constant's, or {@code Unknown event type}. */
    public String policyName() {
        return this == UNKNOWN ? "Unknown event type" : name();
    }

    /** True for the three types of images that the firmware loads. */
    public boolean isImage() {
        return switch (this) {
            case EV_EFI_BOOT_SERVICES_APPLICATION, EV_EFI_BOOT_SERVICES_DRIVER, EV_EFI_RUNTIME_SERVICES_DRIVER -> true;
            default -> false;
        };
    }

    /** True for types whose data is a UEFI variable. */
    public boolean isVariable() {
        return switch (this) {
            case EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EV_EFI_VARIABLE_BOOT,
                    EV_EFI_VARIABLE_BOOT2,
                    EV_EFI_VARIABLE_AUTHORITY -> true;
            default -> false;
        };
    }

    static EventType of(long code) {
        EventType type = BY_CODE.get(code);
        return type == null ? UNKNOWN : type;
    }
}

package io.limelight.core.policy.boot;

import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.Guid;
import java.util.Locale;

/**
 * What an event means for the question whether a boot is the same as another: the table of {@link UefiLinuxTest}.
 *
 * <p>The default is {@link #FIXED}: an event nobody thought of must be as in the reference state, so one that is unknown
 * there is a finding.
 */
enum EventRole {
    /**
     * Extends nothing, so nobody vouches for it and anybody may add or remove it. The one that matters, the locality of the
     * start, is proved by PCR 0.
     */
    ANNOUNCEMENT,
    /** End of the firmware's measurements into a PCR. */
    SEPARATOR,
    /** A fixed text of the specification. */
    ACTION,
    /** Differs between good boots: configuration and tables in PCR 1, partition table in PCR 5. */
    FREE,
    /** State and keys of Secure Boot; judged by content. */
    SECURE_BOOT,
    /** A command of GRUB or the kernel's command line; judged by content. */
    GRUB_TEXT,
    /** Must be as in the reference state, in the same order. */
    FIXED;

    static EventRole of(BootEvent event) {
        return switch (event.type()) {
            case EV_NO_ACTION -> ANNOUNCEMENT;
            case EV_SEPARATOR -> event.pcr() <= 7 ? SEPARATOR : FIXED;
            case EV_EFI_ACTION -> event.pcr() == 1 || event.pcr() == 4 || event.pcr() == 5 ? ACTION : FIXED;
            case EV_CPU_MICROCODE,
                    EV_PLATFORM_CONFIG_FLAGS,
                    EV_TABLE_OF_DEVICES,
                    EV_NONHOST_CONFIG,
                    EV_EFI_HANDOFF_TABLES,
                    EV_EFI_HANDOFF_TABLES2,
                    EV_EFI_VARIABLE_BOOT,
                    EV_EFI_VARIABLE_BOOT2 -> event.pcr() == 1 ? FREE : FIXED;
            case EV_EFI_GPT_EVENT -> event.pcr() == 5 ? FREE : FIXED;
            case EV_EFI_VARIABLE_DRIVER_CONFIG -> driverConfig(event);
            case EV_IPL -> event.pcr() == 8 ? GRUB_TEXT : FIXED;
            default -> FIXED;
        };
    }

    private static EventRole driverConfig(BootEvent event) {
        if (event.pcr() == 1) {
            return FREE;
        }
        return event.pcr() == 7 && event.body() instanceof EventBody.Variable variable && isSecureBoot(variable)
                ? SECURE_BOOT
                : FIXED;
    }

    private static boolean isSecureBoot(EventBody.Variable variable) {
        return switch (variable.name()) {
            case "SecureBoot", "PK", "KEK" -> variable.vendor().equals(Guid.GLOBAL);
            case "db", "dbx" -> variable.vendor().equals(Guid.IMAGE_SECURITY);
            default -> false;
        };
    }

    /** Name of its type, with the number of one that has none. */
    static String typeName(BootEvent event) {
        return event.type() == EventType.UNKNOWN
                ? "0x" + Long.toHexString(event.typeCode())
                : event.type().name();
    }

    /** What it measured, in short and printable: for people, and unproved like everything but digests. */
    static String describe(BootEvent event) {
        String text = switch (event.body()) {
            case EventBody.Ipl ipl -> ipl.text();
            case EventBody.Text plain -> plain.text();
            case EventBody.Tagged tagged -> tagged.text();
            case EventBody.Variable variable -> variable.name();
            case EventBody.Image image ->
                image.devicePath().isEmpty()
                        ? "image started from memory"
                        : image.devicePath()
                                .file()
                                .orElseGet(() -> image.devicePath().text());
            case EventBody.Blob blob -> String.format(Locale.ROOT, "at 0x%x", blob.base());
            case EventBody.NamedBlob blob ->
                new String(blob.description().toByteArray(), java.nio.charset.StandardCharsets.US_ASCII);
            default -> typeName(event);
        };
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > 120 ? plain.substring(0, 120) + "…" : plain;
    }
}

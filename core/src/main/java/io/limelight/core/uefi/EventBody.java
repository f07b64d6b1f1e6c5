package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;
import java.util.List;

/** The data of an event, decoded by its type. */
public sealed interface EventBody {
    /** Nothing: the event has no data. */
    record Empty() implements EventBody {}

    /**
     * Bytes without a known meaning.
     *
     * @param data all of them
     */
    record Raw(Octets data) implements EventBody {}

    /**
     * A text (EV_EFI_ACTION, EV_POST_CODE, EV_EFI_HCRTM_EVENT).
     *
     * @param text without its terminating NUL
     */
    record Text(String text) implements EventBody {}

    /**
     * A text of a boot loader (EV_IPL).
     *
     * @param text without its terminating NUL
     */
    record Ipl(String text) implements EventBody {}

    /**
     * The first record of a crypto-agile log (PFP 1.06 §10.4.5.1).
     *
     * @param platformClass 0 client, 1 server
     * @param versionMinor of the specification
     * @param versionMajor of the specification
     * @param errata of the specification
     * @param uintnSize 1 for 32 bits, 2 for 64 bits
     * @param algorithms banks in the order of every event's digests
     * @param vendorInfo the rest
     */
    record SpecId(
            long platformClass,
            int versionMinor,
            int versionMajor,
            int errata,
            int uintnSize,
            List<LogAlgorithm> algorithms,
            Octets vendorInfo)
            implements EventBody {
        /** Copies the list. */
        public SpecId {
            algorithms = List.copyOf(algorithms);
        }
    }

    /**
     * From which locality the TPM was started: the last byte of PCR 0 before the first event (PFP 1.06 §10.4.5.3).
     *
     * @param locality 0, 3 or 4
     */
    record StartupLocality(int locality) implements EventBody {}

    /**
     * Where something lies in memory.
     *
     * @param base address, unsigned
     * @param length bytes, unsigned
     */
    record Blob(long base, long length) implements EventBody {}

    /**
     * The same with a name.
     *
     * @param description as logged, not terminated
     * @param base address, unsigned
     * @param length bytes, unsigned
     */
    record NamedBlob(Octets description, long base, long length) implements EventBody {}

    /**
     * A loaded image (UEFI_IMAGE_LOAD_EVENT).
     *
     * @param location address, unsigned
     * @param length bytes, unsigned
     * @param linkTimeAddress address, unsigned
     * @param devicePath where it came from; empty if it came from memory, as kernels that GRUB starts
     */
    record Image(long location, long length, long linkTimeAddress, DevicePath devicePath) implements EventBody {}

    /**
     * A UEFI variable (UEFI_VARIABLE_DATA).
     *
     * @param vendor the variable's GUID
     * @param name its name
     * @param nameLength as logged, in UTF-16 units
     * @param data its value
     * @param value its value decoded
     */
    record Variable(Guid vendor, String name, int nameLength, Octets data, VariableValue value) implements EventBody {}

    /**
     * The partition table (UEFI_GPT_DATA).
     *
     * @param header of the disk
     * @param partitions used entries
     */
    record Gpt(GptHeader header, List<GptPartition> partitions) implements EventBody {
        /** Copies the list. */
        public Gpt {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * A tagged event (TCG_PCClientTaggedEvent): the Linux EFI stub measures its load options and the initrd so.
     *
     * @param tag vendor's number, for example {@code 0x8f3b22ed}
     * @param data what follows
     * @param text the same as text, without its terminating NUL
     */
    record Tagged(long tag, Octets data, String text) implements EventBody {}
}

package io.limelight.core.uefi;

import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Data of an event by its type (PFP 1.06 §10.4).
 *
 * <p>A size inside the data that lies is an error, and the log with it: what follows could be read in two ways. Data
 * that merely says nothing (a device path nobody understands, a boot option with an odd description) is kept raw.
 */
final class EventDecoder {
    private static final String STARTUP_LOCALITY = "StartupLocality\0";
    private static final int UTF16_NAME_LIMIT = 1024;
    private static final int MAX_PARTITIONS = 1024;

    private EventDecoder() {}

    /**
     * @param base where {@code data} starts in the log
     * @param number of the event
     */
    static EventBody decode(EventType type, Octets data, int base, int number) throws BootLogException {
        if (data.length() == 0 && !type.isVariable() && !type.isImage()) {
            return new EventBody.Empty();
        }
        LogReader in = new LogReader(data, base, number);
        return switch (type) {
            case EV_NO_ACTION -> noAction(data);
            case EV_POST_CODE -> data.length() == 16 ? blob(in) : new EventBody.Text(text(data));
            case EV_S_CRTM_CONTENTS -> data.length() < 16 ? new EventBody.Raw(data) : blob(in);
            case EV_EFI_PLATFORM_FIRMWARE_BLOB -> blob(in);
            case EV_EFI_PLATFORM_FIRMWARE_BLOB2 -> namedBlob(in);
            case EV_EFI_ACTION -> new EventBody.Text(text(data));
            case EV_EFI_HCRTM_EVENT -> hcrtm(in, data);
            case EV_IPL -> new EventBody.Ipl(text(data));
            case EV_EVENT_TAG -> tagged(in);
            case EV_EFI_GPT_EVENT -> gpt(in);
            case EV_EFI_BOOT_SERVICES_APPLICATION, EV_EFI_BOOT_SERVICES_DRIVER, EV_EFI_RUNTIME_SERVICES_DRIVER ->
                image(in);
            case EV_EFI_VARIABLE_DRIVER_CONFIG,
                    EV_EFI_VARIABLE_BOOT,
                    EV_EFI_VARIABLE_BOOT2,
                    EV_EFI_VARIABLE_AUTHORITY -> variable(type, in, base, number);
            default -> new EventBody.Raw(data);
        };
    }

    private static EventBody noAction(Octets data) {
        if (data.length() > STARTUP_LOCALITY.length()
                && data.window(0, STARTUP_LOCALITY.length())
                        .contentEquals(STARTUP_LOCALITY.getBytes(StandardCharsets.US_ASCII))) {
            return new EventBody.StartupLocality(data.unsignedAt(STARTUP_LOCALITY.length()));
        }
        return new EventBody.Raw(data);
    }

    private static EventBody blob(LogReader in) throws BootLogException {
        return new EventBody.Blob(in.u64("BlobBase"), in.u64("BlobLength"));
    }

    private static EventBody namedBlob(LogReader in) throws BootLogException {
        Octets description = in.bytes(in.u8("BlobDescriptionSize"), "BlobDescription");
        return new EventBody.NamedBlob(description, in.u64("BlobBase"), in.u64("BlobLength"));
    }

    private static EventBody hcrtm(LogReader in, Octets data) throws BootLogException {
        if (!text(data).equals("HCRTM")) {
            throw in.fail("is an EV_EFI_HCRTM_EVENT that does not say HCRTM");
        }
        return new EventBody.Text("HCRTM");
    }

    /** TCG_PCClientTaggedEvent; some firmware logs other things under this type, which are kept as they are. */
    private static EventBody tagged(LogReader in) throws BootLogException {
        Octets all = in.rest();
        if (all.length() < 8) {
            return new EventBody.Raw(all);
        }
        LogReader head = new LogReader(all, 0, 0);
        long tag = head.u32("taggedEventID");
        long size = head.u32("taggedEventDataSize");
        if (size != head.remaining()) {
            return new EventBody.Raw(all);
        }
        Octets data = head.rest();
        return new EventBody.Tagged(tag, data, text(data));
    }

    private static EventBody image(LogReader in) throws BootLogException {
        long location = in.u64("ImageLocationInMemory");
        long length = in.u64("ImageLengthInMemory");
        long linkTimeAddress = in.u64("ImageLinkTimeAddress");
        long pathLength = in.u64("LengthOfDevicePath");
        return new EventBody.Image(
                location, length, linkTimeAddress, new DevicePath(in.bytes(pathLength, "DevicePath")));
    }

    private static EventBody variable(EventType type, LogReader in, int base, int number) throws BootLogException {
        Guid vendor = in.guid("VariableName");
        long nameLength = in.u64("UnicodeNameLength");
        long dataLength = in.u64("VariableDataLength");
        if (Long.compareUnsigned(nameLength, UTF16_NAME_LIMIT) > 0) {
            throw in.fail(
                    "has a variable name of " + Long.toUnsignedString(nameLength) + " characters; no real one has");
        }
        String name = utf16(in.bytes(nameLength * 2, "UnicodeName"));
        int at = base + in.position();
        Octets data = in.bytes(dataLength, "VariableData");
        VariableValue value = VariableDecoder.decode(type, name, data, at, number);
        return new EventBody.Variable(vendor, name, (int) nameLength, data, value);
    }

    private static EventBody gpt(LogReader in) throws BootLogException {
        String signature = new String(in.bytes(8, "Signature").toByteArray(), StandardCharsets.ISO_8859_1);
        long revision = in.u32("Revision");
        long headerSize = in.u32("HeaderSize");
        long headerCrc = in.u32("HeaderCRC32");
        in.u32("Reserved");
        GptHeader header = new GptHeader(
                signature,
                revision,
                headerSize,
                headerCrc,
                in.u64("MyLBA"),
                in.u64("AlternateLBA"),
                in.u64("FirstUsableLBA"),
                in.u64("LastUsableLBA"),
                in.guid("DiskGUID"),
                in.u64("PartitionEntryLBA"),
                in.u32("NumberOfPartitionEntries"),
                in.u32("SizeOfPartitionEntry"),
                in.u32("PartitionEntryArrayCRC32"));
        long count = in.u64("NumberOfPartitions");
        if (Long.compareUnsigned(count, MAX_PARTITIONS) > 0 || count * 128 != in.remaining()) {
            throw in.fail("says " + Long.toUnsignedString(count) + " partitions, but " + in.remaining()
                    + " bytes follow, which are not that many entries");
        }
        List<GptPartition> partitions = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            partitions.add(new GptPartition(
                    in.guid("PartitionTypeGUID"),
                    in.guid("UniquePartitionGUID"),
                    in.u64("StartingLBA"),
                    in.u64("EndingLBA"),
                    in.u64("Attributes"),
                    terminated(utf16(in.bytes(72, "PartitionName")))));
        }
        return new EventBody.Gpt(header, partitions);
    }

    /** UTF-8 without one terminating NUL. */
    static String text(Octets data) {
        int length = data.length();
        int end = length > 0 && data.unsignedAt(length - 1) == 0 ? length - 1 : length;
        return new String(data.window(0, end).toByteArray(), StandardCharsets.UTF_8);
    }

    static String utf16(Octets data) {
        return new String(data.toByteArray(), StandardCharsets.UTF_16LE);
    }

    private static String terminated(String text) {
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}

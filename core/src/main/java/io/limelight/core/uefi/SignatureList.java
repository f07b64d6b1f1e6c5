package io.limelight.core.uefi;

import java.util.ArrayList;
import java.util.List;

/**
 * EFI_SIGNATURE_LIST (UEFI 2.10 §32.4.1).
 *
 * @param type what the entries are
 * @param size of the whole list in bytes
 * @param headerSize bytes between head and entries
 * @param entrySize bytes of each entry
 * @param entries in order
 */
public record SignatureList(Guid type, long size, long headerSize, long entrySize, List<SignatureEntry> entries) {
    private static final int HEAD = 28;

    /** Copies the list. */
    public SignatureList {
        entries = List.copyOf(entries);
    }

    /** Lists until the end of the data. */
    static List<SignatureList> parseAll(LogReader in) throws BootLogException {
        List<SignatureList> lists = new ArrayList<>();
        while (in.remaining() > 0) {
            lists.add(parse(in));
        }
        return lists;
    }

    private static SignatureList parse(LogReader in) throws BootLogException {
        Guid type = in.guid("SignatureType");
        long size = in.u32("SignatureListSize");
        long headerSize = in.u32("SignatureHeaderSize");
        long entrySize = in.u32("SignatureSize");
        long entryBytes = size - HEAD - headerSize;
        if (entrySize < 16 || entryBytes < 0 || entryBytes % entrySize != 0) {
            throw in.fail("has a signature list of " + size + " bytes that does not hold whole entries of " + entrySize
                    + " bytes");
        }
        in.bytes(headerSize, "SignatureHeader");
        if (entryBytes > in.remaining()) {
            throw in.fail("ends inside a signature list: " + entryBytes + " bytes needed, " + in.remaining() + " left");
        }
        int count = (int) (entryBytes / entrySize);
        List<SignatureEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(new SignatureEntry(in.guid("SignatureOwner"), in.bytes(entrySize - 16, "SignatureData")));
        }
        return new SignatureList(type, size, headerSize, entrySize, entries);
    }
}

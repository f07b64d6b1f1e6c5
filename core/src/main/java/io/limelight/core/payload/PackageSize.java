package io.limelight.core.payload;

import java.nio.charset.StandardCharsets;

/** What a payload takes, added up file by file: on its way, and in the secure area of a machine. */
public final class PackageSize {
    /** Blocks of the memory-backed file system on the machine. */
    private static final int BLOCK = 4096;
    /** What a zip says about each file, without its name, and at its end. */
    private static final int ZIP_HEADERS = 30 + 46;

    private static final int ZIP_END = 22;

    private long zip = ZIP_END;
    private long files;

    /** One more file. */
    PackageSize add(String name, long size) {
        zip += size + ZIP_HEADERS + 2L * name.getBytes(StandardCharsets.UTF_8).length;
        return addUnpacked(size);
    }

    /** A file whose place in the archive is counted already. */
    public PackageSize addUnpacked(long size) {
        files += blocks(size);
        return this;
    }

    /** Bytes of the archive. */
    long zip() {
        return zip;
    }

    /** What it takes on the machine: the archive, the key and the unpacked files lie there together, in whole blocks. */
    long space() {
        return space(zip);
    }

    /** The same with an archive whose size is known. */
    public long space(long archive) {
        return blocks(archive) + BLOCK + files;
    }

    private static long blocks(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }
}

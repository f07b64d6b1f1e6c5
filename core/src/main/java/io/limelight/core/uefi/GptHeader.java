package io.limelight.core.uefi;

/**
 * Head of a GUID partition table (UEFI 2.10 §5.3.2); 64-bit numbers are unsigned.
 *
 * @param signature eight characters, {@code EFI PART}
 * @param revision 0x00010000
 * @param headerSize bytes
 * @param headerCrc CRC-32 of the head
 * @param myLba where this head lies
 * @param alternateLba where its copy lies
 * @param firstUsableLba of partitions
 * @param lastUsableLba of partitions
 * @param disk the disk's GUID
 * @param entriesLba where the entries lie
 * @param entryCount how many there can be
 * @param entrySize bytes of one
 * @param entriesCrc CRC-32 of the entries
 */
public record GptHeader(
        String signature,
        long revision,
        long headerSize,
        long headerCrc,
        long myLba,
        long alternateLba,
        long firstUsableLba,
        long lastUsableLba,
        Guid disk,
        long entriesLba,
        long entryCount,
        long entrySize,
        long entriesCrc) {}

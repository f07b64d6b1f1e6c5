package io.limelight.core.uefi;

/**
 * One partition; 64-bit numbers are unsigned.
 *
 * @param type GUID of its kind
 * @param id its own GUID
 * @param firstLba first block
 * @param lastLba last block
 * @param attributes bits
 * @param name for people
 */
public record GptPartition(Guid type, Guid id, long firstLba, long lastLba, long attributes, String name) {}

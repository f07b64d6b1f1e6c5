package io.limelight.core.uefi;

import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.util.List;
import java.util.Optional;

/**
 * One record of a boot log.
 *
 * @param number its place, 0 for the first
 * @param pcr the PCR it extended, 0..23; 2^32 − 1 in some events that extend none
 * @param typeCode its type as logged
 * @param type the same by name
 * @param digests one per known bank of the log, in the log's order
 * @param data the event's data as logged, a window into the log
 * @param record the whole record, a window into the log
 * @param body the data decoded
 */
public record BootEvent(
        int number,
        long pcr,
        long typeCode,
        EventType type,
        List<EventDigest> digests,
        Octets data,
        Octets record,
        EventBody body) {
    /** Copies the list. */
    public BootEvent {
        digests = List.copyOf(digests);
    }

    /** True if it changed a PCR. */
    public boolean extendsPcr() {
        return type != EventType.EV_NO_ACTION;
    }

    /** Its digest in a bank; empty if the log has no such bank. */
    public Optional<Octets> digest(HashAlgorithm bank) {
        for (EventDigest digest : digests) {
            if (digest.algorithm() == bank) {
                return Optional.of(digest.value());
            }
        }
        return Optional.empty();
    }

    /** The text of an IPL or action event, else empty. */
    public Optional<String> text() {
        return switch (body) {
            case EventBody.Ipl ipl -> Optional.of(ipl.text());
            case EventBody.Text text -> Optional.of(text.text());
            default -> Optional.empty();
        };
    }
}

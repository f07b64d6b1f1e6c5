package io.limelight.console.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Happenings of a machine, the newest first.
 *
 * @param happenings as recorded
 * @param nextBefore for the next page; empty on the last
 * @param recorded false where the server records none, so that an empty page means nothing
 */
public record TimelinePage(List<Happening> happenings, OptionalLong nextBefore, boolean recorded) {
    /** Copies. */
    public TimelinePage {
        happenings = List.copyOf(happenings);
    }

    /**
     * Something that happened.
     *
     * @param number of the record
     * @param at first
     * @param lastAt last
     * @param times how often
     * @param kind {@code added}, {@code passed}, {@code failed}, {@code given_up}, {@code rebooted}…: as docs/api.md; unknown ones are shown as they are
     * @param failures of {@code failed} and {@code given_up}
     * @param leftOut how many failures more there were
     * @param details by name, printable
     */
    public record Happening(
            long number,
            Instant at,
            Instant lastAt,
            int times,
            String kind,
            List<FailureSummary> failures,
            int leftOut,
            Map<String, String> details) {
        /** Copies. */
        public Happening {
            failures = List.copyOf(failures);
            details = Map.copyOf(details);
        }
    }
}

package io.limelight.verifier.state;

import java.util.Map;

/**
 * What was counted in a stretch of time.
 *
 * @param at epoch seconds of its beginning
 * @param span its length in seconds
 * @param recordedMillis how much of it somebody was counting
 * @param passed attestations
 * @param failed attestations
 * @param unanswered questions that are asked again
 * @param givenUp machines that are not asked again, for another reason than their evidence
 * @param machines how many were in each state when it was last looked; empty if it was not looked
 */
public record HistoryEntry(
        long at,
        int span,
        long recordedMillis,
        long passed,
        long failed,
        long unanswered,
        long givenUp,
        Map<String, Long> machines) {
    public HistoryEntry {
        machines = Map.copyOf(machines);
    }

    /** Together with one that comes later, over this one's stretch. Nobody counts longer than the stretch is. */
    public HistoryEntry plus(HistoryEntry later) {
        return new HistoryEntry(
                at,
                span,
                Math.min(span * 1000L, recordedMillis + later.recordedMillis),
                passed + later.passed,
                failed + later.failed,
                unanswered + later.unanswered,
                givenUp + later.givenUp,
                later.machines.isEmpty() ? machines : later.machines);
    }

    /** The same counts as part of a longer stretch. */
    public HistoryEntry within(long from, int length) {
        return new HistoryEntry(from, length, recordedMillis, passed, failed, unanswered, givenUp, machines);
    }
}

package io.limelight.console.policies;

import io.limelight.console.policies.Judged.Row;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a draft would do to machines.
 *
 * @param at when it was tried
 * @param took how long that took
 * @param unaffected machines that stand as they would
 * @param recover failed machines that would pass
 * @param fail trusted machines that would fail
 * @param unknown machines whose evidence cannot tell
 */
public record DryRunReport(
        Instant at,
        Duration took,
        List<AgentId> unaffected,
        List<AgentId> recover,
        List<Failing> fail,
        List<Unknown> unknown) {
    /** Copies. */
    public DryRunReport {
        unaffected = List.copyOf(unaffected);
        recover = List.copyOf(recover);
        fail = List.copyOf(fail);
        unknown = List.copyOf(unknown);
    }

    /**
     * A machine that would fail.
     *
     * @param failed how many rows
     * @param rows the first of them
     */
    public record Failing(AgentId machine, long failed, List<Row> rows) {
        /** Copies. */
        public Failing {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A machine whose evidence cannot tell.
     *
     * @param reason why, as the verifier says
     */
    public record Unknown(AgentId machine, String reason) {}

    /** How many were looked at. */
    public int machines() {
        return unaffected.size() + recover.size() + fail.size() + unknown.size();
    }
}

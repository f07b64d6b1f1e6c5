package io.limelight.console.policies;

import io.limelight.core.api.AgentId;
import java.util.List;

/**
 * What a draft would say of one machine.
 *
 * @param machine which
 * @param verdict what it would say
 * @param failed how many rows fail, or things
 * @param rows the first of them
 * @param reason why it cannot be told; empty otherwise
 */
public record Judged(AgentId machine, Verdict verdict, long failed, List<Row> rows, String reason) {
    /** Copies the list. */
    public Judged {
        rows = List.copyOf(rows);
    }

    /** What is said. */
    public enum Verdict {
        /** It passes. */
        PASS,
        /** It fails. */
        FAIL,
        /** Its evidence cannot tell. */
        UNKNOWN
    }

    /**
     * What fails.
     *
     * @param name path; may be empty
     * @param entry row of the list, from 1; 0: none
     * @param line the row itself, where it is one; may be empty
     * @param sentence what is wrong
     */
    public record Row(String name, long entry, String line, String sentence) {}
}

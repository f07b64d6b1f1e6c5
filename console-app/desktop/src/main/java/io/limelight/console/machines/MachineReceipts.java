package io.limelight.console.machines;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.List;

/** What this console gave to machines. Blocks. */
@FunctionalInterface
public interface MachineReceipts {
    /** Nobody keeps them. */
    MachineReceipts NONE = _ -> List.of();

    /** Most that are shown. */
    int MOST = 50;

    /** Those of a machine, the latest first, at most {@link #MOST}. */
    List<Receipt> of(AgentId id) throws ProblemException;

    /**
     * A receipt.
     *
     * @param at when it was over
     * @param facts what it says, in order
     * @param json all of it, indented; no secret is in it
     */
    record Receipt(Instant at, List<Fact> facts, String json) {
        /** Copies the list. */
        public Receipt {
            facts = List.copyOf(facts);
        }
    }

    /**
     * Something a receipt says.
     *
     * @param name translated
     * @param value as kept
     */
    record Fact(String name, String value) {}
}

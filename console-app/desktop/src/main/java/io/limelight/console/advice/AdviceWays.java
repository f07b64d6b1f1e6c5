package io.limelight.console.advice;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.core.api.AgentId;
import java.util.Map;

/** Opens the doors of a machine that has failed. */
@FunctionalInterface
public interface AdviceWays {
    /** None is open. */
    AdviceWays NONE = (_, _) -> Map.of();

    /**
     * Which are open for a machine now, and what opens each. One that leads nowhere is left out.
     *
     * @param failure what is to be done something about
     */
    Map<Door, Runnable> of(AgentId id, FailureSummary failure);
}

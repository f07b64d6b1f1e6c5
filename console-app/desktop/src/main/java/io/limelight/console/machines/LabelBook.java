package io.limelight.console.machines;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import java.util.Map;

/** Names, tags and notes of a fleet's machines. {@link #all} never blocks; {@link #write} does. */
public interface LabelBook {
    /** Everything that is written; the map is never changed, a later call may give another one. */
    Map<AgentId, Labels> all();

    /** Writes; {@link Labels#NONE} forgets. */
    void write(AgentId id, Labels labels) throws ProblemException;
}

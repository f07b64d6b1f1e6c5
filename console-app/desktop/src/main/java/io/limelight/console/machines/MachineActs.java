package io.limelight.console.machines;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import java.util.List;
import java.util.Map;

/** Acts on machines as the record names them. */
final class MachineActs {
    private MachineActs() {}

    /** Something that may fail. */
    @FunctionalInterface
    interface Doing {
        void run() throws ProblemException;
    }

    /** Does it and keeps how it ended. */
    static void keeping(ActLog acts, MachineAct act, AgentId id, Doing doing) throws ProblemException {
        try {
            doing.run();
            acts.did(new ActLog.Act(kind(act), List.of(id.value()), ActLog.Outcome.DONE, Map.of()));
        } catch (ProblemException e) {
            acts.did(new ActLog.Act(
                    kind(act),
                    List.of(id.value()),
                    ActLog.Outcome.FAILED,
                    Map.of(
                            "problem",
                            e.problem().code(),
                            "sentence",
                            e.problem().whatHappened())));
            throw e;
        }
    }

    static String kind(MachineAct act) {
        return "machine." + act.key();
    }
}

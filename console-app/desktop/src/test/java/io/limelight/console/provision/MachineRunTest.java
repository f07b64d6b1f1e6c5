package io.limelight.console.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.problem.Problem;
import io.limelight.console.provision.MachineRun.Mark;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.TaskStep;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineRunTest {
    private static final Problem WHY = new Problem("x", "It broke.", List.of(), List.of(), "");

    private static MachineRun waiting() {
        return MachineRun.waiting(
                AgentId.of("a"),
                "a",
                List.of(new TaskStep("one", "One"), new TaskStep("two", "Two"), new TaskStep("three", "Three")));
    }

    private static List<Mark> marks(MachineRun run) {
        return run.steps().stream().map(MachineRun.Step::mark).toList();
    }

    @Test
    void theStepUnderWayIsTheOneThatFailed() {
        MachineRun run = waiting()
                .step("one", Mark.DONE, "")
                .step("two", Mark.RUNNING, "")
                .failed(WHY, false);
        assertThat(marks(run)).containsExactly(Mark.DONE, Mark.FAILED, Mark.PENDING);
    }

    @Test
    void whatFailsBetweenTwoStepsFailedAtTheNextOne() {
        MachineRun run = waiting().step("one", Mark.DONE, "").failed(WHY, false);
        assertThat(marks(run)).containsExactly(Mark.DONE, Mark.FAILED, Mark.PENDING);
    }

    @Test
    void whatNeverBeganHasNoStepThatFailed() {
        MachineRun run = waiting().failed(WHY, true);
        assertThat(marks(run)).containsOnly(Mark.PENDING);
        assertThat(run.state()).isEqualTo(MachineRun.State.CANCELLED);
    }
}

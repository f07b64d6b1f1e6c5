package io.limelight.console.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.BulkViewModel.Phase;
import io.limelight.console.machines.BulkViewModel.Result;
import io.limelight.console.problem.Problem;
import io.limelight.core.api.AgentId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class BulkViewModelTest {
    private static final Problem REFUSED = new Problem("refused", "The verifier refused.", List.of(), List.of(), "");

    private final FakeFleet fleet = new FakeFleet();
    private final Queue<Runnable> work = new ArrayDeque<>();

    private BulkViewModel plan(MachineAct act) {
        return new BulkViewModel(
                fleet,
                act,
                List.of(
                        FakeFleet.trusted("a"),
                        FakeFleet.machine("w", MachineState.WAITING, null),
                        FakeFleet.trusted("b")),
                Map.of(AgentId.of("a"), new Labels("web-01", List.of(), "")),
                work::add,
                Runnable::run);
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    @Test
    void aPlanSaysWhatWillBeDoneAndDoesNothing() {
        BulkViewModel plan = plan(MachineAct.STOP);
        assertThat(plan.lines()).extracting(BulkViewModel.Line::name).containsExactly("web-01", "w", "b");
        assertThat(plan.lines())
                .extracting(BulkViewModel.Line::result)
                .containsExactly(Result.PLANNED, Result.LEFT_OUT, Result.PLANNED);
        assertThat(fleet.asked).isEmpty();
    }

    @Test
    void oneThatFailsDoesNotStopTheOthersAndIsTriedAgainAlone() {
        BulkViewModel plan = plan(MachineAct.STOP);
        fleet.failing.put(AgentId.of("a"), REFUSED);
        plan.run();
        runAll();
        assertThat(plan.phaseProperty().get()).isEqualTo(Phase.DONE);
        assertThat(plan.lines().getFirst().problem()).isEqualTo(REFUSED);
        assertThat(plan.count(Result.FAILED)).isOne();
        assertThat(plan.count(Result.DONE)).isOne();
        fleet.failing.clear();
        fleet.asked.clear();
        plan.run();
        runAll();
        assertThat(fleet.asked).containsExactly("stop a", "refresh");
        assertThat(plan.count(Result.DONE)).isEqualTo(2);
    }

    @Test
    void whatIsCancelledIsNotBegunAndCanBeDoneLater() {
        BulkViewModel plan = plan(MachineAct.STOP);
        plan.run();
        plan.cancel();
        runAll();
        assertThat(fleet.asked).containsExactly("refresh");
        assertThat(plan.count(Result.CANCELLED)).isEqualTo(2);
        plan.run();
        runAll();
        assertThat(plan.count(Result.DONE)).isEqualTo(2);
    }

    @Test
    void runningTwiceAtOnceIsRunningOnce() {
        BulkViewModel plan = plan(MachineAct.STOP);
        plan.run();
        plan.run();
        runAll();
        assertThat(fleet.asked).containsExactly("stop a", "stop b", "refresh");
    }

    @Test
    void aPlanForNobodyIsDoneAtOnce() {
        BulkViewModel plan = new BulkViewModel(
                fleet,
                MachineAct.STOP,
                List.of(FakeFleet.machine("w", MachineState.WAITING, null)),
                Map.of(),
                work::add,
                Runnable::run);
        plan.run();
        assertThat(plan.phaseProperty().get()).isEqualTo(Phase.DONE);
    }

    @Test
    void aWatchedMachineIsNotForgottenByTheRegistrar() {
        assertThat(plan(MachineAct.FORGET).lines())
                .extracting(BulkViewModel.Line::result)
                .containsExactly(Result.LEFT_OUT, Result.PLANNED, Result.LEFT_OUT);
    }
}

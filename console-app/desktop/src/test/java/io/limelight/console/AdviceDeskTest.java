package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.advice.Door;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FailureSummary.Pointer;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.DetailViewModel;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.machines.LabelBook;
import io.limelight.console.machines.RememberedLabels;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the doors of an advice lead, and which are shut. */
class AdviceDeskTest {
    private static final AgentId BAD = AgentId.of("bad");

    private final FakeFleet fleet = new FakeFleet();
    private final List<String> opened = new ArrayList<>();
    private final LabelBook labels = new RememberedLabels(Map.of(), (_, _) -> {});
    private final DetailViewModel detail = new DetailViewModel(
            fleet, labels, () -> Staleness.USUAL, () -> FakeFleet.NOW, Runnable::run, Runnable::run);
    private final AdviceDesk desk = new AdviceDesk(
            fleet::latest,
            detail,
            new AdviceDesk.Pages(
                    id -> {
                        opened.add("machine " + id);
                        detail.look(id);
                    },
                    (policy, rows) -> opened.add("propose " + policy + " " + rows),
                    () -> opened.add("policies"),
                    name -> opened.add("boot " + name),
                    name -> opened.add("runtime " + name),
                    id -> opened.add("reenrol " + id)));

    private static FailureSummary failure(String line, Pointer... pointers) {
        return new FailureSummary(
                "ima.x",
                "",
                "",
                List.of(),
                List.of(pointers),
                List.of(),
                line.isEmpty() ? Map.of() : Map.of("line", line));
    }

    private Map<Door, Runnable> doors(FailureSummary failure) {
        return desk.of(BAD, failure);
    }

    @Test
    void aMachineThatIsGoneCanOnlyComeBack() {
        fleet.tell();
        assertThat(doors(failure("10 ab ima-ng x /y")).keySet())
                .containsExactlyInAnyOrder(Door.REENROL, Door.TPM_POLICY);
    }

    @Test
    void whatFailedIsShownAtItsPlace() {
        fleet.tell(FakeFleet.failed("bad", "ima.x", "x"));
        doors(failure("", new Pointer.ImaEntry(7))).get(Door.EVIDENCE).run();
        assertThat(opened).containsExactly("machine bad");
        assertThat(detail.tabProperty().get()).isEqualTo(Tab.EVIDENCE);
        assertThat(detail.pointedProperty().get()).isEqualTo(new Pointer.ImaEntry(7));
        detail.tabProperty().set(Tab.VERDICT);
        doors(failure("")).get(Door.EVIDENCE).run();
        assertThat(detail.tabProperty().get()).isEqualTo(Tab.EVIDENCE);
        doors(failure("")).get(Door.IDENTITY).run();
        assertThat(detail.tabProperty().get()).isEqualTo(Tab.IDENTITY);
    }

    @Test
    void aChangeIsProposedOnlyWhereTheRowAndThePolicyAreKnown() {
        Machine named = FakeFleet.failed("bad", "ima.x", "x");
        fleet.tell(named);
        doors(failure("10 ab ima-ng x /y")).get(Door.PROPOSE).run();
        assertThat(opened).containsExactly("propose " + named.runtimePolicy() + " [10 ab ima-ng x /y]");
        assertThat(doors(failure(""))).doesNotContainKey(Door.PROPOSE);
    }

    @Test
    void onlyWhatHasFailedIsAskedAgain() {
        fleet.tell(FakeFleet.trusted("bad"));
        assertThat(doors(failure(""))).doesNotContainKey(Door.REACTIVATE);
        fleet.tell(FakeFleet.failed("bad", "ima.x", "x"));
        doors(failure("")).get(Door.REACTIVATE).run();
        assertThat(opened).containsExactly("machine bad");
        assertThat(fleet.asked).contains("reactivate bad");
    }
}

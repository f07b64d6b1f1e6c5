package io.limelight.console.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.MachinesViewModel.MachineOrder;
import io.limelight.console.machines.filter.MachineFacts;
import io.limelight.console.machines.filter.MachineFilter;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.collections.ListChangeListener;
import org.junit.jupiter.api.Test;

class MachinesViewModelTest {
    private final FakeFleet fleet = new FakeFleet();
    private final Map<AgentId, Labels> labels = new HashMap<>();
    private Instant now = FakeFleet.NOW;
    private final MachinesViewModel model =
            new MachinesViewModel(fleet, book(labels), () -> now, Locale.ENGLISH, Runnable::run, Runnable::run);

    static LabelBook book(Map<AgentId, Labels> labels) {
        return new LabelBook() {
            @Override
            public Map<AgentId, Labels> all() {
                return Map.copyOf(labels);
            }

            @Override
            public void write(AgentId id, Labels written) {
                labels.put(id, written);
            }
        };
    }

    private List<String> shown() {
        return model.rows().stream()
                .map(facts -> facts.machine().id().value() + " " + facts.state().key())
                .toList();
    }

    @Test
    void theMostUrgentMachineComesFirst() {
        model.open();
        fleet.tell(
                FakeFleet.trusted("b"),
                FakeFleet.machine("w", MachineState.WAITING, null),
                FakeFleet.failed("f", "ima.x", "It ran something."),
                FakeFleet.trusted("a"));
        assertThat(shown()).containsExactly("f failed", "a trusted", "b trusted", "w waiting");
        assertThat(model.countsProperty().get())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(MachineState.FAILED, 1, MachineState.TRUSTED, 2, MachineState.WAITING, 1));
    }

    @Test
    void aPassGrowsStaleWithoutAnybodyBeingAsked() {
        model.open();
        fleet.tell(FakeFleet.trusted("a"));
        fleet.asked.clear();
        now = now.plus(Staleness.USUAL.limit()).minusSeconds(2);
        model.tick();
        assertThat(shown()).containsExactly("a trusted");
        now = now.plusSeconds(3);
        model.tick();
        assertThat(shown()).containsExactly("a stale");
        assertThat(fleet.asked).isEmpty();
    }

    @Test
    void aTrustedMachineWithoutATimeIsNeverGreen() {
        model.open();
        fleet.tell(FakeFleet.machine("a", MachineState.TRUSTED, null));
        assertThat(shown()).containsExactly("a stale");
    }

    @Test
    void whileTheFilterMeansNothingTheRowsStay() {
        model.open();
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.failed("f", "ima.x", "s"));
        model.filterTextProperty().set("state:failed");
        assertThat(shown()).containsExactly("f failed");
        model.filterTextProperty().set("state:fail");
        assertThat(model.filterProperty().get()).isInstanceOf(MachineFilter.Invalid.class);
        assertThat(shown()).containsExactly("f failed");
        model.filterTextProperty().set("");
        assertThat(shown()).hasSize(2);
    }

    @Test
    void checkedAndLookedAtMachinesStayWhenAFilterHidesThem() {
        model.open();
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.failed("f", "ima.x", "s"));
        model.check(AgentId.of("a"), true);
        model.lookedProperty().set(AgentId.of("a"));
        model.filterTextProperty().set("state:failed");
        assertThat(model.checkedProperty().get()).containsExactly(AgentId.of("a"));
        assertThat(model.lookedProperty().get()).isEqualTo(AgentId.of("a"));
        model.checkShown(true);
        assertThat(model.checkedProperty().get()).containsExactly(AgentId.of("f"));
        model.checkShown(false);
        assertThat(model.checkedProperty().get()).isEmpty();
    }

    @Test
    void aMachineThatIsGoneIsNoLongerChecked() {
        model.open();
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.trusted("b"));
        model.checkShown(true);
        fleet.tell(FakeFleet.trusted("b"));
        assertThat(model.checkedProperty().get()).containsExactly(AgentId.of("b"));
    }

    @Test
    void aliasesAreFoundAndSorted() {
        labels.put(AgentId.of("a"), new Labels("zebra", List.of("spare"), ""));
        model.open();
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.trusted("b"));
        model.orderProperty().set(new MachineOrder(MachineColumn.MACHINE, false));
        assertThat(shown()).containsExactly("b trusted", "a trusted");
        model.filterTextProperty().set("tag:spare");
        assertThat(shown()).containsExactly("a trusted");
        assertThat(model.completions("tag:")).contains("tag:spare");
    }

    @Test
    void aClickOnTheSameHeadTurnsTheOrderRound() {
        MachineOrder order = new MachineOrder(MachineColumn.STATE, false);
        assertThat(order.clicked(MachineColumn.STATE)).isEqualTo(new MachineOrder(MachineColumn.STATE, true));
        assertThat(order.clicked(MachineColumn.AGE)).isEqualTo(new MachineOrder(MachineColumn.AGE, false));
    }

    @Test
    void addressesSortAsPeopleCount() {
        List<String> addresses = new ArrayList<>(List.of("10.0.0.10", "10.0.0.9", "9.9.9.9", "10.0.0.09", "a", ""));
        addresses.sort(AddressOrder.INSTANCE);
        assertThat(addresses).containsExactly("", "9.9.9.9", "10.0.0.09", "10.0.0.9", "10.0.0.10", "a");
    }

    @Test
    void aRefreshThatChangesOneMachineChangesOneRow() {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            machines.add(FakeFleet.trusted("m" + i));
        }
        model.orderProperty().set(new MachineOrder(MachineColumn.MACHINE, false));
        model.open();
        fleet.tell(machines);
        List<Integer> changed = new ArrayList<>();
        model.rows().addListener((ListChangeListener<MachineFacts>) change -> {
            while (change.next()) {
                for (int i = change.getFrom(); i < change.getTo(); i++) {
                    changed.add(i);
                }
            }
        });
        now = now.plusSeconds(1);
        int index = 500;
        AgentId id = model.rows().get(index).machine().id();
        machines.replaceAll(machine -> machine.id().equals(id) ? FakeFleet.failed(id.value(), "ima.x", "s") : machine);
        fleet.tell(machines);
        assertThat(changed).containsExactly(index);
    }

    @Test
    void aClosedPageFollowsNoFleet() {
        model.open();
        model.close();
        assertThat(fleet.listeners()).isZero();
        fleet.tell(FakeFleet.trusted("a"));
        assertThat(shown()).isEmpty();
    }

    @Test
    void staleByALimitOfOnesOwn() {
        model.open();
        fleet.tell(FakeFleet.machine("a", MachineState.TRUSTED, now.minusSeconds(30)));
        model.stalenessProperty().set(new Staleness(Duration.ofSeconds(10)));
        assertThat(shown()).containsExactly("a stale");
    }
}

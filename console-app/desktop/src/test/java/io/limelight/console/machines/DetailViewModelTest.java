package io.limelight.console.machines;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.fleet.TimelinePage;
import io.limelight.console.fleet.TimelinePage.Happening;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.problem.Problem;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class DetailViewModelTest {
    private static final AgentId A = AgentId.of("a");
    private static final AgentId B = AgentId.of("b");

    private final FakeFleet fleet = new FakeFleet();
    private final Map<AgentId, Labels> labels = new HashMap<>();
    private final Queue<Runnable> work = new ArrayDeque<>();
    private Instant now = FakeFleet.NOW;
    private final DetailViewModel model = new DetailViewModel(
            fleet, MachinesViewModelTest.book(labels), () -> Staleness.USUAL, () -> now, work::add, Runnable::run);

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    @Test
    void onlyTheTabThatIsLookedAtIsFetched() {
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a");
        model.tabProperty().set(Tab.IDENTITY);
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a", "identity a");
        model.tabProperty().set(Tab.TIMELINE);
        runAll();
        assertThat(fleet.asked).as("it is young").hasSize(2);
        now = now.plusSeconds(31);
        model.tabProperty().set(Tab.VERDICT);
        runAll();
        assertThat(fleet.asked).hasSize(3);
    }

    @Test
    void whatComesForAMachineNoLongerLookedAtIsNotShown() {
        fleet.tell(FakeFleet.trusted("a"), FakeFleet.trusted("b"));
        fleet.timelines.put(A, page(new Happening(1, now, now, 1, "added", List.of(), 0, Map.of())));
        model.look(A);
        model.look(B);
        runAll();
        assertThat(model.timeline().stateProperty().get().got())
                .isPresent()
                .get()
                .extracting(TimelinePage::happenings)
                .isEqualTo(List.of());
    }

    private static TimelinePage page(Happening... happenings) {
        return new TimelinePage(List.of(happenings), OptionalLong.empty(), true);
    }

    @Test
    void aMachineDeletedElsewhereIsSaidToBeGoneAndStaysOnTheScreen() {
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        fleet.tell();
        model.told(fleet.latest());
        assertThat(model.goneProperty().get()).isTrue();
        assertThat(model.machineProperty().get()).isNotNull();
        assertThat(model.makesSense(MachineAct.STOP)).isFalse();
        fleet.tell(FakeFleet.trusted("a"));
        model.told(fleet.latest());
        assertThat(model.goneProperty().get()).isFalse();
    }

    @Test
    void aMachineThatFailsMeanwhileHasItsTimelineFetchedAnew() {
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        runAll();
        fleet.tell(FakeFleet.failed("a", "ima.x", "It ran something."));
        model.told(fleet.latest());
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a", "timeline a");
        assertThat(model.state()).contains(MachineState.FAILED);
        assertThat(model.failures()).extracting(FailureSummary::id).containsExactly("ima.x");
    }

    @Test
    void allFailuresOfTheNewestFailureAreTold() {
        FailureSummary first = FakeFleet.failed("a", "ima.x", "one").failure();
        FailureSummary second = FakeFleet.failed("a", "ima.y", "two").failure();
        fleet.tell(FakeFleet.failed("a", "ima.x", "one"));
        fleet.timelines.put(
                A,
                page(
                        new Happening(3, now, now, 1, "paused", List.of(), 0, Map.of()),
                        new Happening(2, now, now, 1, "failed", List.of(first, second), 0, Map.of())));
        model.look(A);
        runAll();
        assertThat(model.failures()).extracting(FailureSummary::id).containsExactly("ima.x", "ima.y");
    }

    @Test
    void aVerifierThatKeepsNoEvidenceIsAskedForItOnlyByAPerson() {
        fleet.kind = ServerKind.KEYLIME;
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        model.tabProperty().set(Tab.EVIDENCE);
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a");
        model.fetchEvidence();
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a", "evidence a");
        assertThat(model.evidence().stateProperty().get().problem()).isNotNull();
    }

    @Test
    void aPlaceInTheEvidenceOpensItsTab() {
        fleet.evidence = new KeptEvidence(
                now,
                KeptEvidence.Source.VERIFIER,
                "failed",
                "r",
                Optional.empty(),
                List.of("not an entry"),
                1,
                false,
                "%%%",
                List.of());
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        model.point(new FailureSummary.Pointer.ImaEntry(1));
        runAll();
        assertThat(model.tabProperty().get()).isEqualTo(Tab.EVIDENCE);
        assertThat(model.evidence().stateProperty().get().got().orElseThrow().bootProblem())
                .isEqualTo("It is not Base64.");
    }

    @Test
    void anActThatIsRefusedSaysWhy() {
        Problem refused = new Problem("refused", "No.", List.of(), List.of(), "");
        fleet.tell(FakeFleet.trusted("a"));
        fleet.failing.put(A, refused);
        model.look(A);
        model.act(MachineAct.STOP);
        runAll();
        assertThat(model.actProblemProperty().get()).isEqualTo(refused);
        fleet.failing.clear();
        model.act(MachineAct.STOP);
        runAll();
        assertThat(model.actProblemProperty().get()).isNull();
        assertThat(fleet.asked).endsWith("stop a", "refresh");
    }

    @Test
    void whatOnlyOurVerifierCanIsNotOfferedWithAnother() {
        fleet.kind = ServerKind.KEYLIME;
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        assertThat(model.makesSense(MachineAct.PAUSE)).isFalse();
        assertThat(model.makesSense(MachineAct.STOP)).isTrue();
        assertThat(model.makesSense(MachineAct.FORGET)).isFalse();
    }

    @Test
    void olderHappeningsComeBehindTheOthers() {
        fleet.tell(FakeFleet.trusted("a"));
        Happening newest = new Happening(9, now, now, 1, "passed", List.of(), 0, Map.of());
        fleet.timelines.put(A, new TimelinePage(List.of(newest), OptionalLong.of(9), true));
        model.look(A);
        runAll();
        Happening oldest = new Happening(1, now, now, 1, "added", List.of(), 0, Map.of());
        fleet.timelines.put(A, page(oldest));
        model.olderHappenings();
        runAll();
        assertThat(fleet.asked).containsExactly("timeline a", "timeline a before 9");
        assertThat(model.timeline().stateProperty().get().got().orElseThrow().happenings())
                .containsExactly(newest, oldest);
    }

    @Test
    void namesAreWrittenDown() {
        fleet.tell(FakeFleet.trusted("a"));
        model.look(A);
        boolean[] written = new boolean[1];
        model.write(new Labels("web-01", List.of("b", "a", "b"), ""), () -> written[0] = true);
        runAll();
        assertThat(written[0]).isTrue();
        assertThat(labels.get(A).tags()).containsExactly("a", "b");
    }
}

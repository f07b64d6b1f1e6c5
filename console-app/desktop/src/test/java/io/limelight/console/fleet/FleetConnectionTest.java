package io.limelight.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.cli.bench.SyntheticFleet;
import io.limelight.cli.bench.SyntheticFleet.Make;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection to servers that behave, come and go. */
@Timeout(300)
class FleetConnectionTest {
    /** The servers' clock stands, so that machines stay as they are. */
    private static final Instant THEN = Instant.parse("2026-11-28T20:00:00Z");

    /** Shared, since making a CA takes its time. */
    @TempDir
    static Path folder;

    private SyntheticFleet servers;
    private FleetUnderTest console;

    @AfterEach
    void end() {
        if (console != null) {
            console.close();
        }
        if (servers != null) {
            servers.close();
        }
    }

    private void start(int machines, Make make, InstantSource clock) throws Exception {
        servers = SyntheticFleet.start(folder, machines, make, clock, SyntheticFleet.Ports.FREE);
        console = new FleetUnderTest(servers.configuration());
    }

    private static AgentId id(int number) {
        return AgentId.of(SyntheticFleet.id(number));
    }

    @ParameterizedTest
    @EnumSource(Make.class)
    void watchedAndRegisteredMachinesAreOneFleet(Make make) throws Exception {
        start(2_500, make, InstantSource.system());
        FleetSnapshot snapshot =
                console.await(told -> FleetUnderTest.up(told) && told.machines().size() == 2_525);
        assertThat(snapshot.kind().name()).isEqualTo(make.name());
        assertThat(snapshot.remarks()).isEmpty();
        assertThat(snapshot.machines()).isSortedAccordingTo(MachineIndex.ORDER);
        Machine waiting = snapshot.byId().get(id(2_510));
        assertThat(waiting.standing()).isEqualTo(MachineState.WAITING);
        Staleness staleness = Staleness.USUAL;
        List<MachineState> states = snapshot.machines().stream()
                .map(machine -> snapshot.state(machine, staleness, console.now()))
                .distinct()
                .toList();
        assertThat(states)
                .contains(
                        MachineState.TRUSTED,
                        MachineState.FAILED,
                        MachineState.STALE,
                        MachineState.PROVING,
                        MachineState.WAITING);
        assertThat(snapshot.machines().stream()
                        .filter(machine -> machine.standing() == MachineState.FAILED)
                        .findFirst()
                        .map(Machine::failure)
                        .orElseThrow()
                        .sentence())
                .contains(make == Make.LIMELIGHT ? "is not in the runtime policy" : "it keeps no more than this id");
        assertThat(snapshot.load().requestsPerSecond()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(Make.class)
    void aMachineThatIsAsItWasIsTheSameObject(Make make) throws Exception {
        start(300, make, InstantSource.fixed(THEN));
        FleetSnapshot first =
                console.await(told -> FleetUnderTest.up(told) && told.machines().size() == 303);
        FleetSnapshot second = console.refresh(
                told -> told.told().orElseThrow().isAfter(first.told().orElseThrow()));
        for (Machine machine : first.machines()) {
            assertThat(second.byId().get(machine.id())).isSameAs(machine);
        }
        assertThat(second.machines()).isSameAs(first.machines());
    }

    @Test
    void aVerifierThatDiesLeavesNoOldGreenAndComesBack() throws Exception {
        start(50, Make.LIMELIGHT, InstantSource.system());
        FleetSnapshot alive =
                console.await(told -> FleetUnderTest.up(told) && told.machines().size() == 51);
        SyntheticFleet.Ports ports = servers.ports();
        servers.close();

        FleetSnapshot dead = console.refresh(FleetUnderTest::down);
        assertThat(dead.machines()).hasSameSizeAs(alive.machines());
        assertThat(FleetUnderTest.code(dead)).startsWith("verifier.");
        console.later(Duration.ofSeconds(40));
        assertThat(dead.machines())
                .allSatisfy(machine -> assertThat(dead.state(machine, Staleness.USUAL, console.now()))
                        .isNotIn(MachineState.TRUSTED, MachineState.PROVING));
        assertThat(dead.machines().stream()
                        .map(machine -> dead.reason(machine, Staleness.USUAL, console.now()))
                        .toList())
                .contains(StaleReason.SERVER_SILENT);
        console.later(Duration.ofSeconds(-40));

        servers = SyntheticFleet.start(folder, 50, Make.LIMELIGHT, InstantSource.system(), ports);
        FleetSnapshot back = console.refresh(told -> told.verifier().on() == FleetSnapshot.Light.Status.UP);
        assertThat(back.machines().stream()
                        .map(machine -> back.state(machine, Staleness.USUAL, console.now()))
                        .toList())
                .contains(MachineState.TRUSTED);
    }

    @Test
    void anotherMakeOfVerifierInTheSamePlaceIsFoundOut() throws Exception {
        start(20, Make.LIMELIGHT, InstantSource.system());
        console.await(FleetUnderTest::up);
        SyntheticFleet.Ports ports = servers.ports();
        servers.close();
        servers = SyntheticFleet.start(folder, 20, Make.KEYLIME, InstantSource.system(), ports);
        FleetSnapshot snapshot = console.refresh(told -> told.kind() == FleetSnapshot.ServerKind.KEYLIME
                && told.verifier().on() == FleetSnapshot.Light.Status.UP);
        assertThat(snapshot.machines()).hasSize(21);
    }

    @Test
    void listenersAreToldOneAfterTheOtherAndOneThatThrowsHarmsNobody() throws Exception {
        start(10, Make.LIMELIGHT, InstantSource.system());
        List<Long> revisions = new CopyOnWriteArrayList<>();
        console.fleet.subscribe(snapshot -> {
            throw new IllegalStateException("a listener's own fault");
        });
        FleetService.Subscription subscription =
                console.fleet.subscribe(snapshot -> revisions.add(snapshot.revision()));
        console.await(FleetUnderTest::up);
        FleetSnapshot last = console.refresh(told -> told.revision() > 5);
        await().atMost(FleetUnderTest.SOON).until(() -> !revisions.isEmpty() && revisions.getLast() >= last.revision());
        assertThat(revisions).isSorted().doesNotHaveDuplicates();
        subscription.close();
        int told = revisions.size();
        long revision = console.fleet.latest().revision();
        console.refresh(snapshot -> snapshot.revision() > revision + 2);
        assertThat(revisions.size()).isLessThanOrEqualTo(told + 1);
    }

    @ParameterizedTest
    @EnumSource(Make.class)
    void whatCanBeDoneIsDone(Make make) throws Exception {
        start(10, make, InstantSource.fixed(THEN));
        console.await(told -> FleetUnderTest.up(told) && told.machines().size() == 11);
        Cancellation never = new Cancellation();
        console.fleet.act(MachineAct.STOP, id(1), never);
        console.refresh(told -> told.byId().get(id(1)).reason() == StaleReason.STOPPED);
        console.fleet.act(MachineAct.REACTIVATE, id(1), never);
        console.refresh(told -> told.byId().get(id(1)).standing() == MachineState.PROVING);
        if (make == Make.LIMELIGHT) {
            console.fleet.act(MachineAct.PAUSE, id(2), never);
            console.refresh(told -> told.byId().get(id(2)).reason() == StaleReason.PAUSED);
        } else {
            assertThatThrownBy(() -> console.fleet.act(MachineAct.PAUSE, id(2), never))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("fleet.not-here"));
        }
        console.fleet.act(MachineAct.DELETE, id(3), never);
        FleetSnapshot gone = console.refresh(told -> told.byId().get(id(3)).standing() == MachineState.WAITING);
        assertThat(gone.machines()).hasSize(11);

        // It was deleted while somebody looked at it.
        if (make == Make.LIMELIGHT) {
            assertThatThrownBy(() -> console.fleet.timeline(id(3), OptionalLong.empty(), never))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("verifier.gone"));
            assertThat(console.fleet
                            .timeline(id(4), OptionalLong.empty(), never)
                            .happenings())
                    .isNotEmpty();
        } else {
            assertThat(console.fleet
                            .timeline(id(4), OptionalLong.empty(), never)
                            .recorded())
                    .isFalse();
        }
        RawAnswers raw = console.fleet.raw(id(3), never);
        assertThat(raw.verifier()).isEmpty();
        assertThat(raw.registrar()).contains("ek_tpm");
    }

    @Test
    void theRevokedAreRevokedWhateverTheVerifierSays() throws Exception {
        servers =
                SyntheticFleet.start(folder, 10, Make.LIMELIGHT, InstantSource.fixed(THEN), SyntheticFleet.Ports.FREE);
        console = new FleetUnderTest(
                FleetUnderTest.settings(servers.configuration()), Registrations.PLAIN, id(5)::equals);
        FleetSnapshot snapshot =
                console.await(told -> FleetUnderTest.up(told) && told.machines().size() == 11);
        assertThat(snapshot.byId().get(id(5)).standing()).isEqualTo(MachineState.REVOKED);
        assertThat(snapshot.byId().get(id(6)).standing()).isNotEqualTo(MachineState.REVOKED);
        FleetSnapshot second = console.refresh(told -> told.revision() > snapshot.revision() + 1);
        assertThat(second.byId().get(id(5))).isSameAs(snapshot.byId().get(id(5)));
    }

    @Test
    void aMissingRegistrarIsALightAndNoMore() throws Exception {
        servers = SyntheticFleet.start(folder, 10, Make.LIMELIGHT, InstantSource.system(), SyntheticFleet.Ports.FREE);
        console = new FleetUnderTest(
                FleetUnderTest.settings(servers.configuration()),
                services -> {
                    throw new IllegalStateException("not even this harms the others");
                },
                RevokedMachines.NONE);
        FleetSnapshot snapshot = console.await(
                told -> told.machines().size() == 10 && told.registrar().on() == FleetSnapshot.Light.Status.DOWN);
        assertThat(snapshot.verifier().on()).isEqualTo(FleetSnapshot.Light.Status.UP);
    }

    @Test
    void whatIsCancelledOrClosedSaysSo() throws Exception {
        start(10, Make.LIMELIGHT, InstantSource.system());
        console.await(FleetUnderTest::up);
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertThatThrownBy(() -> console.fleet.raw(id(1), cancelled))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).endsWith(".stopped"));
        console.fleet.close();
        console.fleet.close();
        long revision = console.fleet.latest().revision();
        assertThatThrownBy(() -> console.fleet.identity(id(1), new Cancellation()))
                .isInstanceOf(ProblemException.class);
        console.fleet.refreshSoon();
        assertThat(console.fleet.latest().revision()).isEqualTo(revision);
    }
}

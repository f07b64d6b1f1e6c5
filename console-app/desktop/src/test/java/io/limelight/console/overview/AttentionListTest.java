package io.limelight.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.filter.MachineFilter;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionListTest {
    private final FakeFleet fleet = new FakeFleet();

    private List<Attention> entries(Machine... machines) {
        fleet.tell(machines);
        return new AttentionList(fleet.latest(), Staleness.USUAL, FakeFleet.NOW, AgentId::value).entries();
    }

    @Test
    void aHealthyFleetAsksForNobody() {
        assertThat(entries(FakeFleet.trusted("a"))).isEmpty();
        assertThat(entries()).isEmpty();
    }

    @Test
    void aThousandMachinesThatFailForOneReasonAreOneEntry() {
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            machines.add(FakeFleet.failed("m" + i, "ima.x", "The file /tmp/evil.sh is not in the policy."));
        }
        machines.add(FakeFleet.failed("z", "quote.y", "The quote is stale."));
        List<Attention> entries = entries(machines.toArray(Machine[]::new));
        assertThat(entries).extracting(Attention::title).containsExactly("overview.failed", "overview.failed");
        assertThat(entries.getFirst().titleArguments()).first().isEqualTo(1000);
        assertThat(entries.getFirst().filter()).isEqualTo("state:failed failure:\"ima.x\"");
        assertThat(entries)
                .allSatisfy(entry ->
                        assertThat(MachineFilter.parse(entry.filter())).isInstanceOf(MachineFilter.Valid.class));
    }

    @Test
    void aSilentVerifierComesFirst() {
        fleet.verifier = Light.Status.DOWN;
        assertThat(entries(FakeFleet.failed("a", "ima.x", "s"), FakeFleet.machine("w", MachineState.WAITING, null)))
                .extracting(Attention::title)
                .containsExactly("overview.server.verifier", "overview.failed", "overview.waiting");
    }

    @Test
    void moreReasonsThanAnybodyReadsAreCounted() {
        Machine[] machines = new Machine[8];
        for (int i = 0; i < machines.length; i++) {
            machines[i] = FakeFleet.failed("m" + i, "ima." + i, "s");
        }
        List<Attention> entries = entries(machines);
        assertThat(entries).hasSize(6);
        assertThat(entries.getLast().title()).isEqualTo("overview.failed.more");
        assertThat(entries.getLast().titleArguments()).containsExactly(3, 3);
    }

    @Test
    void aPassThatIsTooOldIsStale() {
        Machine old = FakeFleet.machine(
                "a",
                MachineState.TRUSTED,
                FakeFleet.NOW.minus(Staleness.USUAL.limit()).minusSeconds(1));
        assertThat(entries(old)).extracting(Attention::title).containsExactly("overview.stale.too-old");
    }
}

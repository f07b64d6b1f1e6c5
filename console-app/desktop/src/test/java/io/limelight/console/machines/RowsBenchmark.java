package io.limelight.console.machines;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.filter.MachineFilter;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the rows of 100,000 machines take, from a filter as typed to sorted rows: what a person waits for with every letter. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RowsBenchmark {
    private static final int MACHINES = 100_000;

    /** The filter. */
    @Param({"", "state:failed", "web-07", "tag:dc-east cidr:10.20.0.0/16 age:<1m", "-policy:web failure:evil"})
    public String typed;

    /** What is sorted by. */
    @Param({"STATE"})
    public MachineColumn column;

    private FleetSnapshot snapshot;
    private final Map<AgentId, Labels> labels = new HashMap<>();

    /** A fleet of which one in a hundred has failed and every tenth has a name. */
    @Setup(Level.Trial)
    public void fleet() {
        Random random = new Random(1);
        List<Machine> machines = new ArrayList<>();
        FailureSummary failure =
                FakeFleet.failed("x", "ima.validation", "The file /tmp/evil.sh").failure();
        for (int i = 0; i < MACHINES; i++) {
            AgentId id = AgentId.of(new UUID(random.nextLong(), random.nextLong()).toString());
            boolean failed = i % 100 == 0;
            machines.add(new Machine(
                    id,
                    "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256),
                    9002,
                    failed ? MachineState.FAILED : MachineState.TRUSTED,
                    StaleReason.NONE,
                    3,
                    i,
                    FakeFleet.NOW.minusMillis(random.nextInt(90_000)),
                    FakeFleet.NOW.minusMillis(random.nextInt(90_000)),
                    i % 2 == 0 ? "web-2026.11" : "db-2026.11",
                    "",
                    failed ? failure : null));
            if (i % 10 == 0) {
                labels.put(id, new Labels("web-%02d".formatted(i % 100), List.of("dc-east"), ""));
            }
        }
        FakeFleet fleet = new FakeFleet();
        fleet.tell(machines);
        snapshot = fleet.latest();
    }

    /** Reads the filter, asks every machine, sorts. */
    @Benchmark
    public Object rows() {
        MachineFilter.Valid filter = (MachineFilter.Valid) MachineFilter.parse(typed);
        return new RowQuery(
                        snapshot,
                        labels,
                        Staleness.USUAL,
                        filter.predicate(),
                        column,
                        false,
                        Locale.ENGLISH,
                        FakeFleet.NOW)
                .run();
    }
}

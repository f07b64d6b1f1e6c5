package io.limelight.console.overview;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.History;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** The overview: counts that are links, what needs attention, the recent past. Used on the screen's thread. */
public final class OverviewViewModel implements AutoCloseable {
    /** A step of the chart is an hour of a day, so a minute's age is not seen. */
    private static final Duration HISTORY_AGE = Duration.ofMinutes(1);

    private static final Duration BACK = Duration.ofHours(24);
    private static final int STEPS = 96;
    /** Verdicts grow stale without anybody being asked. */
    private static final Duration AGEING = Duration.ofSeconds(10);

    private final FleetService fleet;
    private final Supplier<Staleness> staleness;
    private final Function<AgentId, String> names;
    private final InstantSource clock;
    private final Executor screen;
    private final LatestOnly<Facts> computing;
    private final ReadOnlyObjectWrapper<Facts> facts =
            new ReadOnlyObjectWrapper<>(new Facts(Map.of(), 0, List.of(), Optional.empty()));
    private final Loader<Optional<History>> history;
    private FleetService.@Nullable Subscription subscription;
    private Instant computed = Instant.EPOCH;

    /**
     * What is shown.
     *
     * @param counts of machines by state; all six
     * @param machines all
     * @param attention the most urgent first
     * @param told when the list was last told in full
     */
    public record Facts(
            Map<MachineState, Integer> counts, int machines, List<Attention> attention, Optional<Instant> told) {}

    /**
     * Of a fleet.
     *
     * @param names what people call a machine, else its id
     */
    public OverviewViewModel(
            FleetService fleet,
            Function<AgentId, String> names,
            Supplier<Staleness> staleness,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.names = names;
        this.fleet = fleet;
        this.staleness = staleness;
        this.clock = clock;
        this.screen = screen;
        this.computing = new LatestOnly<>(work, screen, facts::set);
        this.history = new Loader<>(work, screen, clock);
    }

    /** Follows the fleet from now on. */
    public void open() {
        if (subscription == null) {
            subscription = fleet.subscribe(_ -> screen.execute(this::compute));
        }
        loadHistory();
    }

    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    /** What is shown. */
    public ReadOnlyObjectProperty<Facts> factsProperty() {
        return facts.getReadOnlyProperty();
    }

    /** The recent past; empty where the server records none. */
    public Loader<Optional<History>> history() {
        return history;
    }

    /** Time has passed. */
    public void tick() {
        if (Duration.between(computed, clock.instant()).compareTo(AGEING) >= 0) {
            compute();
            loadHistory();
        }
    }

    private void loadHistory() {
        history.loadIfOlder(HISTORY_AGE, cancellation -> fleet.history(BACK, STEPS, cancellation));
    }

    private void compute() {
        computed = clock.instant();
        FleetSnapshot snapshot = fleet.latest();
        Staleness limit = staleness.get();
        Instant now = computed;
        computing.ask(() -> {
            Map<MachineState, Integer> counts = new EnumMap<>(MachineState.class);
            for (MachineState state : MachineState.values()) {
                counts.put(state, 0);
            }
            snapshot.machines().forEach(machine -> counts.merge(snapshot.state(machine, limit, now), 1, Integer::sum));
            return new Facts(
                    counts,
                    snapshot.machines().size(),
                    new AttentionList(snapshot, limit, now, names).entries(),
                    snapshot.told());
        });
    }
}

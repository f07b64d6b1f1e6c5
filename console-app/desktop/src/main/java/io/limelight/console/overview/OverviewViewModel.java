package io.limelight.console.overview;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.History;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/** The overview: counts that are links, what needs attention, the recent past. Used on the screen's thread. */
public final class OverviewViewModel implements AutoCloseable {
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
    private final Loader<Past> history;
    private final ObjectProperty<HistoryRange> range = new SimpleObjectProperty<>(HistoryRange.DAY);
    private final List<Supplier<List<Attention>>> more = new ArrayList<>();
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
     * The recorded past.
     *
     * @param range how far back
     * @param history empty where the server records none
     */
    public record Past(HistoryRange range, Optional<History> history) {}

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
        range.addListener((_, _, chosen) -> history.load(cancellation -> read(chosen, cancellation)));
    }

    /** What asks for a person besides the machines; asked on the screen's thread. */
    public void also(Supplier<List<Attention>> others) {
        more.add(others);
    }

    /** What {@link #also} tells has changed. */
    public void moreChanged() {
        if (subscription != null) {
            compute();
        }
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

    /** The recent past. */
    public Loader<Past> history() {
        return history;
    }

    /** How far back that is. */
    public ObjectProperty<HistoryRange> rangeProperty() {
        return range;
    }

    /** Time has passed. */
    public void tick() {
        if (Duration.between(computed, clock.instant()).compareTo(AGEING) >= 0) {
            compute();
        }
        loadHistory();
    }

    private void loadHistory() {
        HistoryRange wanted = range.get();
        history.loadIfOlder(wanted.age(), cancellation -> read(wanted, cancellation));
    }

    private Past read(HistoryRange wanted, Cancellation cancellation) throws ProblemException {
        return new Past(wanted, fleet.history(wanted.back(), wanted.steps(), cancellation));
    }

    private void compute() {
        computed = clock.instant();
        FleetSnapshot snapshot = fleet.latest();
        Staleness limit = staleness.get();
        Instant now = computed;
        List<Attention> others =
                more.stream().flatMap(each -> each.get().stream()).toList();
        computing.ask(() -> {
            Map<MachineState, Integer> counts = new EnumMap<>(MachineState.class);
            for (MachineState state : MachineState.values()) {
                counts.put(state, 0);
            }
            if (snapshot.verifier().on() == FleetSnapshot.Light.Status.UNKNOWN) {
                // What the registrar says alone is no answer to how a machine stands.
                return new Facts(counts, 0, List.of(), Optional.empty());
            }
            snapshot.machines().forEach(machine -> counts.merge(snapshot.state(machine, limit, now), 1, Integer::sum));
            List<Attention> attention = new ArrayList<>(new AttentionList(snapshot, limit, now, names).entries());
            attention.addAll(others);
            attention.sort(Comparator.comparingInt(Attention::rank));
            return new Facts(counts, snapshot.machines().size(), attention, snapshot.told());
        });
    }
}

package io.limelight.console.machines;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.filter.Completions;
import io.limelight.console.machines.filter.MachineFacts;
import io.limelight.console.machines.filter.MachineFilter;
import io.limelight.console.work.LatestOnly;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The page of machines: what is filtered, how it is sorted, which rows that leaves, which one is looked at and which ones are checked.
 * All of it is used on the screen's thread; rows are computed on another ({@link RowQuery}), once for any number of changes. The one
 * looked at and the checked ones are kept by id: they stay when rows move, and also when a filter hides them.
 */
public final class MachinesViewModel implements AutoCloseable {
    private final FleetService fleet;
    private final LabelBook labelBook;
    private final InstantSource clock;
    private final Locale locale;
    private final LatestOnly<RowQuery.Answer> computing;
    private final Executor screen;

    private final StringProperty filterText = new SimpleStringProperty("");
    private final ReadOnlyObjectWrapper<MachineFilter> filter = new ReadOnlyObjectWrapper<>(MachineFilter.parse(""));
    private final ObjectProperty<Staleness> staleness = new SimpleObjectProperty<>(Staleness.USUAL);
    private final ObjectProperty<MachineOrder> order =
            new SimpleObjectProperty<>(new MachineOrder(MachineColumn.STATE, false));
    private final ReadOnlyObjectWrapper<Map<MachineState, Integer>> counts = new ReadOnlyObjectWrapper<>(Map.of());
    private final ReadOnlyObjectWrapper<FleetSnapshot> snapshot;
    private final ObjectProperty<@Nullable AgentId> looked = new SimpleObjectProperty<>();
    private final ReadOnlyObjectWrapper<Set<AgentId>> checked = new ReadOnlyObjectWrapper<>(Set.of());
    private final Rows rows = new Rows();

    private MachineFilter.Valid inForce = new MachineFilter.Valid(List.of(), facts -> true);
    private @Nullable Instant nextStale;
    private FleetService.@Nullable Subscription subscription;

    /**
     * Of a fleet.
     *
     * @param fleet asked for nothing but its snapshots
     * @param labelBook names and tags
     * @param clock tells how old a pass is
     * @param locale whose order of names
     * @param work where rows are computed
     * @param screen the screen's thread
     */
    public MachinesViewModel(
            FleetService fleet,
            LabelBook labelBook,
            InstantSource clock,
            Locale locale,
            Executor work,
            Executor screen) {
        this.fleet = fleet;
        this.labelBook = labelBook;
        this.clock = clock;
        this.locale = locale;
        this.screen = screen;
        this.computing = new LatestOnly<>(work, screen, this::show);
        this.snapshot = new ReadOnlyObjectWrapper<>(fleet.latest());
        filterText.addListener((_, _, typed) -> filterTyped(typed));
        order.addListener((_, _, _) -> compute());
        staleness.addListener((_, _, _) -> compute());
    }

    /** How rows are sorted. */
    public record MachineOrder(MachineColumn column, boolean descending) {
        /** A click on a column's head: by it, or the other way round. */
        public MachineOrder clicked(MachineColumn clicked) {
            return new MachineOrder(clicked, clicked == column && !descending);
        }
    }

    /** Follows the fleet from now on. A second call does nothing. */
    public void open() {
        if (subscription == null) {
            subscription = fleet.subscribe(next -> screen.execute(() -> told(next)));
        }
    }

    /** Follows it no longer. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    /** What is typed into the filter. */
    public StringProperty filterTextProperty() {
        return filterText;
    }

    /** What that means; while it means nothing, the rows of what last did stay. */
    public ReadOnlyObjectProperty<MachineFilter> filterProperty() {
        return filter.getReadOnlyProperty();
    }

    /** When a pass is too old. */
    public ObjectProperty<Staleness> stalenessProperty() {
        return staleness;
    }

    /** How rows are sorted. */
    public ObjectProperty<MachineOrder> orderProperty() {
        return order;
    }

    /** The machines to show. */
    public ObservableList<MachineFacts> rows() {
        return rows;
    }

    /** All machines by state, whatever the filter. */
    public ReadOnlyObjectProperty<Map<MachineState, Integer>> countsProperty() {
        return counts.getReadOnlyProperty();
    }

    /** The fleet as last told. */
    public ReadOnlyObjectProperty<FleetSnapshot> snapshotProperty() {
        return snapshot.getReadOnlyProperty();
    }

    /** The machine whose detail is open; null: none. */
    public ObjectProperty<@Nullable AgentId> lookedProperty() {
        return looked;
    }

    /** The machines something will be done to. */
    public ReadOnlyObjectProperty<Set<AgentId>> checkedProperty() {
        return checked.getReadOnlyProperty();
    }

    /** Checks or unchecks one. */
    public void check(AgentId id, boolean on) {
        Set<AgentId> next = new LinkedHashSet<>(checked.get());
        if (on ? next.add(id) : next.remove(id)) {
            checked.set(Set.copyOf(next));
        }
    }

    /** Checks all that are shown, or none at all. */
    public void checkShown(boolean on) {
        Set<AgentId> next = new LinkedHashSet<>();
        if (on) {
            rows.forEach(facts -> next.add(facts.machine().id()));
        }
        checked.set(Set.copyOf(next));
    }

    /** A row by id, if it is shown. */
    public Optional<MachineFacts> row(AgentId id) {
        return rows.stream().filter(facts -> facts.machine().id().equals(id)).findFirst();
    }

    /** Whole filters that begin with what is typed. */
    public List<String> completions(String typed) {
        Set<String> policies = new TreeSet<>();
        snapshot.get().machines().forEach(machine -> {
            if (!machine.runtimePolicy().isEmpty()) {
                policies.add(machine.runtimePolicy());
            }
            if (!machine.bootPolicy().isEmpty()) {
                policies.add(machine.bootPolicy());
            }
        });
        Set<String> tags = new TreeSet<>();
        labelBook.all().values().forEach(labels -> tags.addAll(labels.tags()));
        return Completions.of(typed, policies, tags);
    }

    /** Time has passed; computes anew only if a pass has grown too old meanwhile. */
    public void tick() {
        Instant due = nextStale;
        if (due != null && !clock.instant().isBefore(due)) {
            nextStale = null;
            compute();
        }
    }

    /** Names or tags have changed. */
    public void labelsChanged() {
        compute();
    }

    private void filterTyped(String typed) {
        MachineFilter parsed = MachineFilter.parse(typed);
        filter.set(parsed);
        if (parsed instanceof MachineFilter.Valid valid) {
            inForce = valid;
            compute();
        }
    }

    private void told(FleetSnapshot next) {
        if (next.revision() >= snapshot.get().revision()) {
            snapshot.set(next);
            forgetGone(next);
            compute();
        }
    }

    /** Nothing is done to a machine that no server knows any more. */
    private void forgetGone(FleetSnapshot next) {
        Set<AgentId> known = new LinkedHashSet<>(checked.get());
        if (known.retainAll(next.byId().keySet())) {
            checked.set(Set.copyOf(known));
        }
    }

    private void compute() {
        RowQuery query = new RowQuery(
                snapshot.get(),
                labelBook.all(),
                staleness.get(),
                inForce.predicate(),
                order.get().column(),
                order.get().descending(),
                locale,
                clock.instant());
        computing.ask(query::run);
    }

    private void show(RowQuery.Answer answer) {
        rows.swap(answer.rows());
        counts.set(answer.counts());
        nextStale = answer.nextStale();
    }
}

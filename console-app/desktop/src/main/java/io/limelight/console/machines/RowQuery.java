package io.limelight.console.machines;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.filter.MachineFacts;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which machines are shown, in which order: everything that decides it, so that it can be computed on another thread.
 *
 * @param snapshot the fleet
 * @param labels what people call them
 * @param staleness when a pass is too old
 * @param wanted the filter
 * @param column what is sorted by
 * @param descending the other way round
 * @param locale whose order
 * @param now the time of all rows
 */
record RowQuery(
        FleetSnapshot snapshot,
        Map<AgentId, Labels> labels,
        Staleness staleness,
        Predicate<MachineFacts> wanted,
        MachineColumn column,
        boolean descending,
        Locale locale,
        Instant now) {

    /**
     * What comes of it.
     *
     * @param rows the machines to show
     * @param counts of all machines by state, also of those that are not shown
     * @param nextStale when the next pass of all grows too old; null: none will
     */
    record Answer(
            List<MachineFacts> rows,
            Map<MachineState, Integer> counts,
            @org.jspecify.annotations.Nullable Instant nextStale) {}

    Answer run() {
        Map<MachineState, Integer> counts = new EnumMap<>(MachineState.class);
        List<MachineFacts> rows = new ArrayList<>();
        Instant oldestFresh = null;
        boolean believed = false;
        for (Machine machine : snapshot.machines()) {
            StaleReason reason = snapshot.reason(machine, staleness, now);
            MachineState state = reason == StaleReason.NONE ? machine.standing() : MachineState.STALE;
            counts.merge(state, 1, Integer::sum);
            Instant passed = machine.lastPass();
            if (state == MachineState.TRUSTED
                    && passed != null
                    && (oldestFresh == null || passed.isBefore(oldestFresh))) {
                oldestFresh = passed;
            }
            if (state == MachineState.TRUSTED || state == MachineState.PROVING) {
                believed = true;
            }
            MachineFacts facts =
                    new MachineFacts(machine, state, reason, labels.getOrDefault(machine.id(), Labels.NONE), now);
            if (wanted.test(facts)) {
                rows.add(facts);
            }
        }
        return new Answer(column.sorted(rows, descending, locale), counts, nextStale(oldestFresh, believed));
    }

    /** The first of a pass and the whole list that grows too old. */
    private @org.jspecify.annotations.Nullable Instant nextStale(
            @org.jspecify.annotations.Nullable Instant oldestFresh, boolean believed) {
        Instant pass = oldestFresh == null ? null : oldestFresh.plus(staleness.limit());
        Instant list = believed
                ? snapshot.told()
                        .map(told -> told.plus(staleness.ofList(snapshot.silent())))
                        .orElse(null)
                : null;
        Instant first = pass == null || (list != null && list.isBefore(pass)) ? list : pass;
        return first == null ? null : first.plusMillis(1);
    }
}

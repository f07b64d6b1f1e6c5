package io.limelight.console.notify;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds what is new between two lists of machines. The first list is how things stand, and no news. Not for several threads at once. */
public final class FleetWatch {
    private final Function<AgentId, String> names;
    private Map<AgentId, MachineState> before = Map.of();
    private boolean began;

    /** Of a fleet whose machines are called so. */
    public FleetWatch(Function<AgentId, String> names) {
        this.names = names;
    }

    /** What is new. A silent server makes no machine stale: that it is silent is said elsewhere, once. */
    public List<Occurrence> told(FleetSnapshot snapshot, Staleness staleness, Instant now) {
        if (snapshot.told().isEmpty()) {
            return List.of();
        }
        List<Occurrence> found = new ArrayList<>();
        Map<AgentId, MachineState> states = new HashMap<>(snapshot.machines().size() * 2);
        for (Machine machine : snapshot.machines()) {
            MachineState state = snapshot.silent()
                    ? before.getOrDefault(machine.id(), machine.standing())
                    : snapshot.state(machine, staleness, now);
            states.put(machine.id(), state);
            if (began && state != before.get(machine.id())) {
                occurrence(machine, state).ifPresent(found::add);
            }
        }
        before = states;
        began = true;
        return found;
    }

    private java.util.Optional<Occurrence> occurrence(Machine machine, MachineState state) {
        Occurrence.Kind kind = switch (state) {
            case FAILED -> Occurrence.Kind.FAILED;
            case REVOKED -> Occurrence.Kind.REVOKED;
            case STALE -> Occurrence.Kind.STALE;
            case PROVING, TRUSTED, WAITING -> null;
        };
        if (kind == null) {
            return java.util.Optional.empty();
        }
        FailureSummary failure = machine.failure();
        // The same failure of the same machine after the same number of passes is the same one.
        String key = kind.key() + " " + machine.id().value() + " " + machine.attestations() + " "
                + (failure == null ? "" : failure.id());
        return java.util.Optional.of(new Occurrence(
                kind, key, names.apply(machine.id()), machine.id().value()));
    }
}

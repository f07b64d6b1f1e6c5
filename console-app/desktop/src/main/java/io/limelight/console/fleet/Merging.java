package io.limelight.console.fleet;

import io.limelight.console.fleet.Registrations.Registered;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fleet of what the verifier watches, what the registrar knows and what the CA revoked. */
final class Merging {
    private Merging() {}

    /**
     * Puts lists together that are in the order of ids; the result is too.
     *
     * @param before the result of the last time, whose objects are used again
     */
    static List<Machine> merge(
            List<Machine> watched, List<Registered> registered, RevokedMachines revoked, List<Machine> before) {
        List<Machine> all = new ArrayList<>(Math.max(watched.size(), registered.size()));
        Earlier earlier = new Earlier(before);
        int w = 0;
        int r = 0;
        while (w < watched.size() || r < registered.size()) {
            int order = w == watched.size()
                    ? 1
                    : r == registered.size()
                            ? -1
                            : watched.get(w)
                                    .id()
                                    .value()
                                    .compareTo(registered.get(r).id().value());
            Machine machine = order <= 0 ? watched.get(w) : waiting(registered.get(r));
            w += order <= 0 ? 1 : 0;
            r += order >= 0 ? 1 : 0;
            if (all.isEmpty() || !all.getLast().id().equals(machine.id())) {
                all.add(earlier.same(revoked.revoked(machine.id()) ? revoked(machine) : machine));
            }
        }
        return Settling.list(before, all);
    }

    private static Machine waiting(Registered registered) {
        Standing standing = Standing.waiting();
        return new Machine(
                registered.id(),
                registered.address(),
                registered.port(),
                standing.state(),
                standing.reason(),
                -1,
                0,
                null,
                null,
                "",
                "",
                null);
    }

    private static Machine revoked(Machine machine) {
        return new Machine(
                machine.id(),
                machine.address(),
                machine.port(),
                MachineState.REVOKED,
                StaleReason.NONE,
                machine.operationalState(),
                machine.attestations(),
                machine.lastQuote(),
                machine.lastPass(),
                machine.runtimePolicy(),
                machine.bootPolicy(),
                machine.failure());
    }

    /** Walks through the list of before beside the new one. */
    private static final class Earlier {
        private final List<Machine> before;
        private int place;

        Earlier(List<Machine> before) {
            this.before = before;
        }

        Machine same(Machine machine) {
            return Settling.machine(at(machine), machine);
        }

        private @Nullable Machine at(Machine machine) {
            while (place < before.size()) {
                Machine there = before.get(place);
                int order = there.id().value().compareTo(machine.id().value());
                if (order == 0) {
                    return there;
                }
                if (order > 0) {
                    return null;
                }
                place++;
            }
            return null;
        }
    }
}

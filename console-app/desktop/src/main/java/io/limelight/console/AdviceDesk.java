package io.limelight.console;

import io.limelight.console.advice.AdviceWays;
import io.limelight.console.advice.Door;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.machines.DetailViewModel;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.machines.PolicyProposals;
import io.limelight.core.api.AgentId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where in an open fleet's window what is advised is done. */
final class AdviceDesk implements AdviceWays {
    private final Supplier<FleetSnapshot> fleet;
    private final DetailViewModel detail;
    private final Pages pages;

    /**
     * Where doors lead.
     *
     * @param machine shows a machine
     * @param proposals opens a policy with a change that would pass what failed
     * @param policies shows policies
     * @param boot opens a measured boot policy of this name
     * @param runtime opens a runtime policy of this name
     * @param reenrol opens the guided way back
     */
    record Pages(
            Consumer<AgentId> machine,
            PolicyProposals proposals,
            Runnable policies,
            Consumer<String> boot,
            Consumer<String> runtime,
            Consumer<AgentId> reenrol) {}

    AdviceDesk(Supplier<FleetSnapshot> fleet, DetailViewModel detail, Pages pages) {
        this.fleet = fleet;
        this.detail = detail;
        this.pages = pages;
    }

    @Override
    public Map<Door, Runnable> of(AgentId id, FailureSummary failure) {
        Map<Door, Runnable> doors = new EnumMap<>(Door.class);
        Machine machine = fleet.get().byId().get(id);
        doors.put(Door.REENROL, () -> pages.reenrol().accept(id));
        doors.put(Door.TPM_POLICY, pages.policies());
        if (machine == null) {
            return doors;
        }
        doors.put(Door.EVIDENCE, () -> {
            pages.machine().accept(id);
            if (failure.pointers().isEmpty()) {
                detail.tabProperty().set(Tab.EVIDENCE);
            } else {
                detail.point(failure.pointers().getFirst());
            }
        });
        doors.put(Door.IDENTITY, () -> {
            pages.machine().accept(id);
            detail.tabProperty().set(Tab.IDENTITY);
        });
        doors.put(Door.BOOT_POLICY, () -> pages.boot().accept(machine.bootPolicy()));
        doors.put(Door.RUNTIME_POLICY, () -> pages.runtime().accept(machine.runtimePolicy()));
        String row = failure.context().getOrDefault("line", "");
        if (!machine.runtimePolicy().isEmpty() && !row.isEmpty()) {
            doors.put(Door.PROPOSE, () -> pages.proposals().propose(machine.runtimePolicy(), List.of(row)));
        }
        if (machine.standing() == MachineState.FAILED) {
            doors.put(Door.REACTIVATE, () -> {
                pages.machine().accept(id);
                detail.act(MachineAct.REACTIVATE);
            });
        }
        return doors;
    }
}

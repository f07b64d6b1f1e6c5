package io.limelight.console.machines;

import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import java.util.Optional;

/** Whether an act means anything for a machine. The server decides in the end; this spares people what it would refuse. */
final class ActSense {
    private ActSense() {}

    /** Key of words that say why not; empty if it does. */
    static Optional<String> against(MachineAct act, Machine machine) {
        boolean watched = machine.standing() != MachineState.WAITING;
        if (act == MachineAct.FORGET) {
            return watched ? Optional.of("machines.act.still-watched") : Optional.empty();
        }
        if (!watched) {
            return Optional.of("machines.act.not-watched");
        }
        return switch (act) {
            case PAUSE ->
                machine.reason() == StaleReason.PAUSED ? Optional.of("machines.act.paused") : Optional.empty();
            case RESUME ->
                machine.reason() == StaleReason.PAUSED ? Optional.empty() : Optional.of("machines.act.not-paused");
            case STOP ->
                machine.reason() == StaleReason.STOPPED ? Optional.of("machines.act.stopped") : Optional.empty();
            case REACTIVATE, ATTEST, DELETE, FORGET -> Optional.empty();
        };
    }
}

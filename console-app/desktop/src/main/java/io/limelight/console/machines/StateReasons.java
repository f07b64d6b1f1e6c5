package io.limelight.console.machines;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.machines.filter.MachineFacts;
import java.util.Locale;

/** Why a machine stands as it does, as keys of words. */
final class StateReasons {
    private StateReasons() {}

    /** {@code trusted}, {@code too-old}…: below {@code machines.reason}. */
    static String key(MachineFacts row) {
        return key(row.state(), row.reason());
    }

    static String key(MachineState state, StaleReason reason) {
        if (state != MachineState.STALE) {
            return state.key();
        }
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package io.limelight.console.machines.filter;

import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.machines.Labels;
import java.time.Instant;

/**
 * What a filter looks at.
 *
 * @param machine as its servers told
 * @param state how it stands now
 * @param reason why it is stale, if it is
 * @param labels what people call it
 * @param now the time of all rows
 */
public record MachineFacts(Machine machine, MachineState state, StaleReason reason, Labels labels, Instant now) {}

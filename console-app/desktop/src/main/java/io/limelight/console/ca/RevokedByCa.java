package io.limelight.console.ca;

import io.limelight.console.fleet.RevokedMachines;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Machines whose certificate the profile's CA revoked, as it was read last. Asked from any thread. */
public final class RevokedByCa implements RevokedMachines {
    private volatile Set<AgentId> revoked = Set.of();

    @Override
    public boolean revoked(AgentId id) {
        return revoked.contains(id);
    }

    /** Reads it out of what a folder holds: the certificate that stands under a machine's name counts. */
    public void read(List<CaRow> rows) {
        Set<AgentId> now = new HashSet<>();
        for (CaRow row : rows) {
            if (row.kind() == CaRow.Kind.MACHINE && (row.badge() == Badge.REVOKED || row.badge() == Badge.SUPERSEDED)) {
                try {
                    now.add(AgentId.of(row.name()));
                } catch (InvalidAgentIdException e) {
                    // A certificate for something that is no machine.
                }
            }
        }
        revoked = Set.copyOf(now);
    }
}

package io.limelight.console.fleet;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tenant.TenantException;
import io.limelight.core.tenant.TenantServices;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What one make of verifier tells, and how it is asked. */
sealed interface VerifierSource permits LimelightFleet, KeylimeFleet {
    /** Whose it is. */
    FleetSnapshot.ServerKind kind();

    /**
     * What is known when the list is asked for.
     *
     * @param known the list of the last time; machines that are as they were keep their object
     * @param knownAt when that was asked for; {@link Instant#MIN} before the first time
     * @param visible who is looked at
     */
    record Before(MachineIndex known, Instant knownAt, Set<AgentId> visible) {}

    /**
     * A list.
     *
     * @param machines in {@link MachineIndex#ORDER}, each once; the very list of the last time where nothing changed
     * @param askedAt when it was asked for
     * @param remarks what is odd about it
     */
    record Told(List<Machine> machines, Instant askedAt, List<Problem> remarks) {}

    /** The watched machines. Called by one thread at a time. */
    Told list(TenantServices services, Before before) throws TenantException, ApiException, ProblemException;

    /** See {@link FleetService#timeline}. */
    TimelinePage timeline(TenantServices services, AgentId id, OptionalLong before)
            throws TenantException, ApiException;

    /** See {@link FleetService#evidence}. */
    KeptEvidence evidence(TenantServices services, AgentId id, Cancellation cancellation)
            throws TenantException, ApiException;

    /** The verifier's own answer about a machine. */
    tools.jackson.databind.node.ObjectNode raw(TenantServices services, AgentId id)
            throws TenantException, ApiException;

    /** Does what only Limelight's verifier can; false where it cannot. */
    boolean act(TenantServices services, MachineAct act, AgentId id) throws TenantException, ApiException;
}

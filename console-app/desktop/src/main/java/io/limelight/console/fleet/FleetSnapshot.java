package io.limelight.console.fleet;

import io.limelight.console.problem.Problem;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fleet as last told. Immutable; a new one comes with every refresh, also with one that failed: then the machines are those of the
 * last good one, and {@link #verifier} says why.
 *
 * @param revision grows with every snapshot
 * @param machines by id
 * @param byId the same, for looking up
 * @param told when the list was last told in full; empty before the first time
 * @param verifier how the verifier is
 * @param registrar how the registrar is
 * @param kind who made the verifier
 * @param load what this console asks of its servers
 * @param remarks what is odd about lists that could be read all the same, such as ids that are none
 */
public record FleetSnapshot(
        long revision,
        List<Machine> machines,
        Map<AgentId, Machine> byId,
        Optional<Instant> told,
        Light verifier,
        Light registrar,
        ServerKind kind,
        Load load,
        List<Problem> remarks) {
    /** Copies the remarks; the machines are shared, never changed. */
    public FleetSnapshot {
        remarks = List.copyOf(remarks);
    }

    /** Without remarks. */
    public FleetSnapshot(
            long revision,
            List<Machine> machines,
            Map<AgentId, Machine> byId,
            Optional<Instant> told,
            Light verifier,
            Light registrar,
            ServerKind kind,
            Load load) {
        this(revision, machines, byId, told, verifier, registrar, kind, load, List.of());
    }

    /** How a machine of it stands now: its pass grows old, and so does the list when its server falls silent. */
    public MachineState state(Machine machine, Staleness staleness, Instant now) {
        return reason(machine, staleness, now) == StaleReason.NONE ? machine.standing() : MachineState.STALE;
    }

    /** Why it is stale now. */
    public StaleReason reason(Machine machine, Staleness staleness, Instant now) {
        return staleness.reason(machine, told, silent(), now);
    }

    /** Whether the verifier, which told how the machines stand, does not answer. */
    public boolean silent() {
        return verifier.on() == Light.Status.DOWN;
    }

    /** Whose verifier it is: what can be asked of it depends on it. */
    public enum ServerKind {
        /** Not known yet. */
        UNKNOWN,
        /** Keylime's, or any other that speaks v2 only. */
        KEYLIME,
        /** Ours. */
        LIMELIGHT,
        /** One in push mode, which is recognised and not spoken. */
        PUSH
    }

    /**
     * How a server is.
     *
     * @param on whether it answered the last time
     * @param since since when it is so
     * @param problem why it is not; null where it is
     */
    public record Light(
            Status on,
            Instant since,
            @org.jspecify.annotations.Nullable Problem problem) {
        /** On, off, or not asked yet. */
        public enum Status {
            /** Not asked yet. */
            UNKNOWN,
            /** It answers. */
            UP,
            /** It does not, or not as it should. */
            DOWN
        }
    }

    /**
     * The console's own load.
     *
     * @param requestsPerSecond of the last minute
     * @param every between two refreshes, after back-off; zero: switched off
     * @param lastAnswer how long the last list took
     */
    public record Load(double requestsPerSecond, Duration every, Duration lastAnswer) {}
}

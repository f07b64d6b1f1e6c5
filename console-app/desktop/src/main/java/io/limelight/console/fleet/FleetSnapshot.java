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
 */
public record FleetSnapshot(
        long revision,
        List<Machine> machines,
        Map<AgentId, Machine> byId,
        Optional<Instant> told,
        Light verifier,
        Light registrar,
        ServerKind kind,
        Load load) {

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

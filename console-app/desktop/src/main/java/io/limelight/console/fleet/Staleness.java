package io.limelight.console.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a green light is too old to be one.
 *
 * @param limit a pass older than this is stale
 */
public record Staleness(Duration limit) {
    /** Five minutes: Keylime asks every two seconds, a busy verifier once a minute. */
    public static final Staleness USUAL = new Staleness(Duration.ofMinutes(5));

    /** A list is believed for this long once its server has fallen silent: one lost answer is no alarm, two are. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    /** A computer's clock may be set back this much before its passes count as none. */
    private static final Duration AHEAD = Duration.ofSeconds(30);

    /** True for a machine that stands trusted by a pass that is too old. One whose pass has no time is never fresh. */
    public boolean applies(Machine machine, Instant now) {
        return machine.standing() == MachineState.TRUSTED && old(machine.lastPass(), limit, now);
    }

    /**
     * Why a machine is stale now.
     *
     * @param told when the list that says how it stands was told; what nobody has confirmed since is not believed for longer than
     *     a pass
     * @param silent whether the server that told it does not answer any more; then it is not believed even for that long
     */
    public StaleReason reason(Machine machine, Optional<Instant> told, boolean silent, Instant now) {
        return switch (machine.standing()) {
            case STALE -> machine.reason();
            case TRUSTED, PROVING -> {
                if (old(told.orElse(null), ofList(silent), now)) {
                    yield StaleReason.SERVER_SILENT;
                }
                yield applies(machine, now) ? StaleReason.TOO_OLD : StaleReason.NONE;
            }
            // That nobody watches it, only the verifier knows.
            case WAITING -> told.isEmpty() ? StaleReason.SERVER_SILENT : StaleReason.NONE;
            case REVOKED, FAILED -> StaleReason.NONE;
        };
    }

    /** How long a list is believed. */
    public Duration ofList(boolean silent) {
        return silent && limit.compareTo(SILENCE) > 0 ? SILENCE : limit;
    }

    /** What is of tomorrow was told before this computer's clock was set back, and how long ago nobody knows. */
    private static boolean old(@Nullable Instant then, Duration limit, Instant now) {
        return then == null
                || Duration.between(then, now).compareTo(limit) > 0
                || Duration.between(now, then).compareTo(AHEAD) > 0;
    }
}

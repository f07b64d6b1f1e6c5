package io.limelight.console.fleet;

import io.limelight.core.api.AgentId;
import java.time.Instant;

/**
 * One machine of the list, as its servers told of it last. Immutable and small: there are 100,000 of them.
 *
 * @param id agent id
 * @param address where its agent listens, as registered; printable; may be empty
 * @param port where its agent listens; 0 where unknown
 * @param standing what its servers say, before time is taken into account (see {@link FleetSnapshot#state})
 * @param reason why it is stale, as far as its servers say
 * @param operationalState the number on Keylime's wire; -1 where nobody watches it
 * @param attestations how many it passed
 * @param lastQuote when its last quote was received, by this computer's clock; null: never
 * @param lastPass when it passed last, by this computer's clock; null: never or unknown
 * @param runtimePolicy name; empty: none
 * @param bootPolicy name; empty: none
 * @param failure the last one; stays after the machine passes again; null: none
 */
public record Machine(
        AgentId id,
        String address,
        int port,
        MachineState standing,
        StaleReason reason,
        int operationalState,
        long attestations,
        @org.jspecify.annotations.Nullable Instant lastQuote,
        @org.jspecify.annotations.Nullable Instant lastPass,
        String runtimePolicy,
        String bootPolicy,
        @org.jspecify.annotations.Nullable FailureSummary failure) {}

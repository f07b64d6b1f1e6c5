package io.limelight.verifier;

import io.limelight.core.json.WireJson;
import io.limelight.metrics.Health;
import io.limelight.metrics.Meters;
import io.limelight.metrics.Remembered;
import io.limelight.verifier.attest.Tally;
import io.limelight.verifier.fleet.Fleet;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.BrakeState;
import io.limelight.verifier.state.MachineState;
import io.limelight.verifier.state.Outbox;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** What a verifier says of itself ({@code docs/api.md}). */
final class VerifierMeters {
    /** A machine that is due is asked within milliseconds; after that the poller is stuck, or has far too much to do. */
    private static final Duration FAR_BEHIND = Duration.ofSeconds(30);

    private VerifierMeters() {}

    /** What has to be looked up. */
    private record Stored(Map<MachineState, Long> machines, long deliveries, BrakeState brake) {}

    static Tally tally(Meters meters) {
        return new Tally(
                meters.timer(
                        "limelight.attestation", "From the question to a machine to what was done about its answer"),
                meters.timer("limelight.attestation.cpu", "Processor time of one appraisal"));
    }

    static LongConsumer lateness(Meters meters) {
        return meters.timer("limelight.poller.lateness", "How late machines are asked");
    }

    static void add(Meters meters, String verifier, Tally tally, Fleet fleet, AgentStore store, Outbox outbox) {
        for (Tally.Outcome outcome : Tally.Outcome.values()) {
            meters.counter(
                    "limelight.attestations",
                    "How attestations came out",
                    "outcome",
                    outcome.word(),
                    () -> tally.of(outcome));
        }
        // One look for all of them: while the database is away, a scrape waits for that once.
        Supplier<Stored> stored = new Remembered<>(() -> new Stored(
                store.counted(verifier),
                outbox.deliveries().unfinished(),
                outbox.brake().state(verifier)));
        for (MachineState state : MachineState.values()) {
            meters.gauge(
                    "limelight.agents",
                    "Machines by state",
                    "state",
                    state.word(),
                    () -> stored.get().machines().getOrDefault(state, 0L));
        }
        meters.gauge("limelight.poller.watched", "Machines that are asked again and again", fleet::size);
        meters.gauge(
                "limelight.poller.overdue.seconds",
                "For how long somebody has been due whom nobody has asked yet",
                () -> fleet.overdue().toNanos() / 1e9);
        meters.gauge(
                "limelight.outbox.waiting",
                "Deliveries of notices under way or waiting for their next try",
                () -> stored.get().deliveries());
        meters.gauge(
                "limelight.brake.engaged",
                "1 while the brake holds further notices",
                () -> stored.get().brake().engagedAt().isPresent() ? 1 : 0);
        meters.gauge(
                "limelight.brake.held",
                "Notices that the brake holds",
                () -> stored.get().brake().held());
    }

    static Health.Condition poller(Fleet fleet) {
        Duration overdue = fleet.overdue();
        ObjectNode details =
                WireJson.object().put("watched", fleet.size()).put("overdue_milliseconds", overdue.toMillis());
        if (!fleet.running()) {
            return Health.Condition.down("nobody is asked any more; restart the verifier and look at its log", details);
        }
        return overdue.compareTo(FAR_BEHIND) > 0
                ? Health.Condition.down("machines are asked more than 30 s late", details)
                : Health.Condition.up(details);
    }
}

package io.limelight.console.overview;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.overview.Attention.Look;
import io.limelight.core.api.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what of a fleet asks for a person, the most urgent first. One entry for each reason, not for each machine: a bad update makes a
 * thousand machines fail for one reason. A pure function of the snapshot and the time.
 */
final class AttentionList {
    /** Reasons told one by one; the rest are one entry. */
    private static final int MOST_REASONS = 5;

    private final FleetSnapshot snapshot;
    private final Staleness staleness;
    private final Instant now;
    private final Function<AgentId, String> names;

    /** @param names what people call a machine, else its id */
    AttentionList(FleetSnapshot snapshot, Staleness staleness, Instant now, Function<AgentId, String> names) {
        this.names = names;
        this.snapshot = snapshot;
        this.staleness = staleness;
        this.now = now;
    }

    /** How many machines, and which first. */
    private static final class Group {
        private int count;
        private Machine first;
        private @Nullable Instant oldest;

        Group(Machine first) {
            this.first = first;
        }

        void add(Machine machine) {
            count++;
            Instant at = machine.lastQuote() == null ? machine.lastPass() : machine.lastQuote();
            if (at != null && (oldest == null || at.isBefore(oldest))) {
                oldest = at;
                first = machine;
            }
        }
    }

    List<Attention> entries() {
        Map<String, Group> failures = new LinkedHashMap<>();
        Map<StaleReason, Group> stale = new EnumMap<>(StaleReason.class);
        Map<MachineState, Group> states = new EnumMap<>(MachineState.class);
        Group withoutPolicy = null;
        for (Machine machine : snapshot.machines()) {
            MachineState state = snapshot.state(machine, staleness, now);
            states.computeIfAbsent(state, _ -> new Group(machine)).add(machine);
            FailureSummary failure = machine.failure();
            if (state == MachineState.FAILED) {
                failures.computeIfAbsent(failure == null ? "" : failure.id(), _ -> new Group(machine))
                        .add(machine);
            } else if (state == MachineState.STALE) {
                StaleReason reason = snapshot.reason(machine, staleness, now);
                stale.computeIfAbsent(reason, _ -> new Group(machine)).add(machine);
            }
            if (state != MachineState.WAITING
                    && state != MachineState.REVOKED
                    && machine.runtimePolicy().isEmpty()
                    && machine.bootPolicy().isEmpty()) {
                if (withoutPolicy == null) {
                    withoutPolicy = new Group(machine);
                }
                withoutPolicy.add(machine);
            }
        }
        List<Attention> entries = new ArrayList<>();
        light("verifier", snapshot.verifier(), entries);
        light("registrar", snapshot.registrar(), entries);
        failed(failures, entries);
        stale.forEach((reason, group) -> entries.add(new Attention(
                30,
                Look.STALE,
                "overview.stale."
                        + reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                List.of(group.count),
                "overview.first",
                List.of(names.apply(group.first.id())),
                group.oldest,
                "overview.verb.show",
                "state:stale")));
        Group revoked = states.get(MachineState.REVOKED);
        if (revoked != null) {
            entries.add(new Attention(
                    50,
                    Look.REVOKED,
                    "overview.revoked",
                    List.of(revoked.count),
                    "overview.first",
                    List.of(names.apply(revoked.first.id())),
                    null,
                    "overview.verb.show",
                    "state:revoked"));
        }
        if (withoutPolicy != null) {
            entries.add(new Attention(
                    60,
                    Look.WARNING,
                    "overview.no-policy",
                    List.of(withoutPolicy.count),
                    "overview.no-policy.detail",
                    List.of(),
                    null,
                    "overview.verb.show",
                    "policy:none -state:waiting"));
        }
        Group waiting = states.get(MachineState.WAITING);
        if (waiting != null) {
            entries.add(new Attention(
                    70,
                    Look.WAITING,
                    "overview.waiting",
                    List.of(waiting.count),
                    "overview.waiting.detail",
                    List.of(),
                    null,
                    "overview.verb.show",
                    "state:waiting"));
        }
        entries.sort(Comparator.comparingInt(Attention::rank));
        return entries;
    }

    private static void light(String server, Light light, List<Attention> entries) {
        if (light.on() == Light.Status.DOWN) {
            entries.add(new Attention(
                    server.equals("verifier") ? 0 : 1,
                    Look.WARNING,
                    "overview.server." + server,
                    List.of(),
                    light.problem() == null ? "" : "overview.sentence",
                    light.problem() == null
                            ? List.of()
                            : List.of(light.problem().whatHappened()),
                    light.since(),
                    "overview.verb.diagnose",
                    ""));
        }
    }

    private void failed(Map<String, Group> failures, List<Attention> entries) {
        List<Map.Entry<String, Group>> ranked = failures.entrySet().stream()
                .sorted(Comparator.comparingInt((Map.Entry<String, Group> entry) -> -entry.getValue().count))
                .toList();
        for (int i = 0; i < Math.min(ranked.size(), MOST_REASONS); i++) {
            Group group = ranked.get(i).getValue();
            FailureSummary failure = group.first.failure();
            String sentence = failure == null ? "" : failure.sentence().isEmpty() ? failure.id() : failure.sentence();
            String id = ranked.get(i).getKey();
            entries.add(new Attention(
                    10 + i,
                    Look.FAILED,
                    "overview.failed",
                    List.of(group.count, names.apply(group.first.id())),
                    sentence.isEmpty() ? "" : "overview.sentence",
                    sentence.isEmpty() ? List.of() : List.of(Printable.text(sentence, 300)),
                    group.oldest,
                    "overview.verb.explain",
                    id.isEmpty() || id.contains("\"") ? "state:failed" : "state:failed failure:\"" + id + "\""));
        }
        if (ranked.size() > MOST_REASONS) {
            int rest = ranked.stream()
                    .skip(MOST_REASONS)
                    .mapToInt(entry -> entry.getValue().count)
                    .sum();
            entries.add(new Attention(
                    10 + MOST_REASONS,
                    Look.FAILED,
                    "overview.failed.more",
                    List.of(rest, ranked.size() - MOST_REASONS),
                    "",
                    List.of(),
                    null,
                    "overview.verb.show",
                    "state:failed"));
        }
    }
}

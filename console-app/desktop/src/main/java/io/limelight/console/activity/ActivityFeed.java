package io.limelight.console.activity;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.TimelinePage.Happening;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads into the record what the verifier wrote down of machines: failures, and acts of every administrator. Machines are read when they
 * change; at the start all of a small fleet, and of a large one none, which is said. One timeline at a time, each happening kept once.
 */
public final class ActivityFeed implements AutoCloseable {
    /** Of a larger fleet the timelines are not read at the start. */
    static final int ALL_AT_START = 200;

    private static final int MOST_WAITING = 2_000;
    private static final Duration OLDEST = Duration.ofDays(7);
    private static final Set<String> KEPT = Set.of(
            "added", "stopped", "reactivated", "paused", "resumed", "failed", "given_up", "rebooted", "judged_by");

    private final FleetService fleet;
    private final ActivityLog log;
    private final OwnActs own;
    private final InstantSource clock;
    private final Executor work;
    private final Cancellation closing = new Cancellation();
    private final Map<AgentId, Mark> known = new HashMap<>();
    private final Set<AgentId> waiting = new LinkedHashSet<>();
    private final FleetService.Subscription subscription;
    private boolean began;
    private boolean running;

    /** What tells that something happened to a machine. */
    private record Mark(int operationalState, String failure, String policies) {
        static Mark of(Machine machine) {
            FailureSummary failure = machine.failure();
            return new Mark(
                    machine.operationalState(),
                    failure == null ? "" : failure.id(),
                    machine.runtimePolicy() + "\n" + machine.bootPolicy());
        }
    }

    /** Begins to follow. */
    public ActivityFeed(FleetService fleet, ActivityLog log, OwnActs own, InstantSource clock, Executor work) {
        this.fleet = fleet;
        this.log = log;
        this.own = own;
        this.clock = clock;
        this.work = work;
        this.subscription = fleet.subscribe(this::told);
    }

    private void told(FleetSnapshot snapshot) {
        if (snapshot.kind() != FleetSnapshot.ServerKind.LIMELIGHT
                || snapshot.told().isEmpty()) {
            return;
        }
        boolean begin;
        int leftOut = 0;
        synchronized (this) {
            boolean all = began || snapshot.machines().size() <= ALL_AT_START;
            if (!all) {
                leftOut = snapshot.machines().size();
            }
            began = true;
            known.keySet().retainAll(snapshot.byId().keySet());
            for (Machine machine : snapshot.machines()) {
                Mark mark = Mark.of(machine);
                if (!mark.equals(known.put(machine.id(), mark)) && all) {
                    if (waiting.size() < MOST_WAITING) {
                        waiting.add(machine.id());
                    } else {
                        leftOut++;
                    }
                }
            }
            begin = !running && !waiting.isEmpty();
            running = running || begin;
        }
        int unread = leftOut;
        run(() -> {
            if (unread > 0) {
                log.say("console.timelines", Map.of("machines", Integer.toString(unread)));
            }
            if (begin) {
                read();
            }
        });
    }

    private void run(Runnable task) {
        try {
            work.execute(task);
        } catch (RejectedExecutionException e) {
            // The console is being closed.
            closing.cancel();
        }
    }

    private void read() {
        while (true) {
            AgentId next;
            synchronized (this) {
                if (waiting.isEmpty() || closing.cancelled()) {
                    running = false;
                    return;
                }
                next = waiting.iterator().next();
                waiting.remove(next);
            }
            read(next);
        }
    }

    private void read(AgentId id) {
        List<Happening> happenings;
        try {
            happenings = fleet.timeline(id, OptionalLong.empty(), closing).happenings();
        } catch (ProblemException e) {
            // The next change reads it again; what is kept is told by its number.
            return;
        }
        Instant oldest = clock.instant().minus(OLDEST);
        for (Happening happening : happenings.reversed()) {
            if (KEPT.contains(happening.kind()) && happening.at().isAfter(oldest)) {
                keep(id, happening);
            }
        }
    }

    private void keep(AgentId id, Happening happening) {
        Map<String, String> facts = new HashMap<>(happening.details());
        if (!happening.failures().isEmpty()) {
            FailureSummary first = happening.failures().getFirst();
            facts.put("failure", first.id());
            facts.put("severity", first.severity());
            facts.put("sentence", first.sentence());
            facts.put("failures", Integer.toString(happening.failures().size() + happening.leftOut()));
        }
        facts.put("number", Long.toString(happening.number()));
        own.recent(happening.kind(), id.value(), happening.at())
                .ifPresent(sequence -> facts.put("asked_here", sequence));
        log.told(
                happening.at(),
                "machine." + happening.kind(),
                List.of(id.value()),
                facts,
                "timeline " + id.value() + " " + happening.number() + " " + happening.at());
    }

    @Override
    public void close() {
        subscription.close();
        closing.cancel();
    }

    /** What this console did lately, so that the verifier's account of it is known to be its own. */
    public static final class OwnActs {
        private static final int MOST = 500;
        private static final Duration NEAR = Duration.ofMinutes(2);
        private static final Map<String, String> TOLD_AS = Map.of(
                "machine.reactivate", "reactivated",
                "machine.stop", "stopped",
                "machine.pause", "paused",
                "machine.resume", "resumed",
                "provision.run", "added");

        private final Queue<Done> done = new ArrayDeque<>();

        private record Done(String kind, Set<String> objects, Instant at, String sequence) {}

        /** Did one. */
        public synchronized void did(String kind, List<String> objects, Instant at, long sequence) {
            String told = TOLD_AS.get(kind);
            if (told != null) {
                done.add(new Done(told, Set.copyOf(objects), at, Long.toString(sequence)));
                while (done.size() > MOST) {
                    done.remove();
                }
            }
        }

        /** The row of this console's act that is told of; empty: somebody else's. */
        public synchronized java.util.Optional<String> recent(String kind, String object, Instant at) {
            return done.stream()
                    .filter(each -> each.kind().equals(kind)
                            && each.objects().contains(object)
                            && Duration.between(each.at(), at).abs().compareTo(NEAR) < 0)
                    .map(Done::sequence)
                    .findFirst();
        }
    }
}

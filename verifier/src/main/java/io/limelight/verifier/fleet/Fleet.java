package io.limelight.verifier.fleet;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.OperationalState;
import io.limelight.core.failure.InternalFailures;
import io.limelight.core.failure.SeverityPolicy;
import io.limelight.verifier.attest.AgentConnections;
import io.limelight.verifier.attest.Attestation;
import io.limelight.verifier.attest.InvalidEnrolmentException;
import io.limelight.verifier.attest.Machine;
import io.limelight.verifier.attest.Next;
import io.limelight.verifier.attest.Run;
import io.limelight.verifier.policy.PolicyBook;
import io.limelight.verifier.state.AgentStore;
import io.limelight.verifier.state.AssignmentStore.Assigned;
import io.limelight.verifier.state.Lease;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.StoredAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machines that are being watched. What administrators do to one of them is first committed, which ends the lease of
 * its run, and then the run is cancelled: whichever of the two comes first to a cycle under way, it changes and sends
 * nothing more.
 *
 * <p>A waiting machine costs a place in the clock's list, a cycle a virtual thread for as long as it takes.
 */
public final class Fleet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    /** How long an administrator's call waits for a cancelled cycle; closing its socket ends it within milliseconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** After a start, machines are asked one after the other, since every first question is a TLS handshake. */
    private static final long RESUME_SPACING_NANOS = 2_000_000;

    private static final int STRIPES = 64;

    private final AgentStore store;
    private final Attestation attestation;
    private final AgentConnections connections;
    private final PolicyBook policies;
    private final SeverityPolicy severities;
    private final long intervalNanos;
    private final LongConsumer lateness;
    private final ExecutorService cycles = Executors.newVirtualThreadPerTaskExecutor();
    private final FleetClock clock = new FleetClock(cycles);
    private final Map<AgentId, Watch> watches = new ConcurrentHashMap<>();
    private final Lock[] stripes = new Lock[STRIPES];

    /**
     * Nobody is watched yet; see {@link #resume}.
     *
     * @param lateness hears by how many nanoseconds each cycle began late
     */
    public Fleet(
            AgentStore store,
            Attestation attestation,
            AgentConnections connections,
            PolicyBook policies,
            SeverityPolicy severities,
            Duration interval,
            LongConsumer lateness) {
        this.store = store;
        this.attestation = attestation;
        this.connections = connections;
        this.policies = policies;
        this.severities = severities;
        this.intervalNanos = interval.toNanos();
        this.lateness = lateness;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** How far a deletion is. */
    public enum Deletion {
        /** Gone, and nothing acts for it any more. */
        DONE,
        /** Stored; a cycle has yet to notice. */
        PENDING,
        /** There is no such agent. */
        UNKNOWN
    }

    private Lock stripe(AgentId id) {
        return stripes[Math.floorMod(id.hashCode(), STRIPES)];
    }

    // --- what administrators do ---

    /**
     * Begins to watch an agent that was just added to the store. The caller has added it under {@link #exclusively}.
     */
    public void begin(StoredAgent agent) {
        startParsed(agent, CompletableFuture.completedFuture(null), 0);
    }

    /** Runs the action while nobody else changes this agent. */
    public <T> T exclusively(AgentId id, java.util.function.Supplier<T> action) {
        Lock stripe = stripe(id);
        stripe.lock();
        try {
            return action.get();
        } finally {
            stripe.unlock();
        }
    }

    /** Stops asking; whether there is such an agent. When this returns, nothing acts for it any more. */
    public boolean stop(AgentId id) {
        Optional<CompletableFuture<Void>> ended =
                exclusively(id, () -> store.stop(id).map(_ -> end(id)));
        ended.ifPresent(Fleet::await);
        return ended.isPresent();
    }

    /** Begins anew, in whatever state the agent is; whether there is such an agent. */
    public boolean reactivate(AgentId id) {
        return exclusively(id, () -> {
            Optional<StoredAgent> found = store.reactivate(id);
            if (found.isEmpty()) {
                return false;
            }
            CompletableFuture<Void> before = end(id);
            StoredAgent agent = found.get();
            if (agent.progress().state() == OperationalState.TERMINATED) {
                removeOnce(before, agent.lease());
            } else {
                startParsed(agent, before, 0);
            }
            return true;
        });
    }

    /** What came of an administrator's wish. */
    public enum Change {
        /** It is so. */
        DONE,
        /** The agent is not in a state where that means anything; nothing was changed. */
        NOT_NOW,
        /** There is no such agent. */
        UNKNOWN
    }

    /** Asks no more until {@link #resume(AgentId)}, also after a restart; nobody is told of anything. */
    public Change pause(AgentId id) {
        Optional<CompletableFuture<Void>> ended =
                exclusively(id, () -> store.pause(id).map(_ -> end(id)));
        ended.ifPresent(Fleet::await);
        return ended.isPresent() ? Change.DONE : notNow(id);
    }

    /** Asks a paused agent again. */
    public Change resume(AgentId id) {
        return again(id, store::resumePaused);
    }

    /** Asks an agent now that would be asked later. */
    public Change attest(AgentId id) {
        return again(id, store::anew);
    }

    /** Changes what an agent is judged by; one that is being asked is asked at once by what is stored then. */
    public Assigned assign(AgentId id, Supplier<Assigned> change) {
        return exclusively(id, () -> {
            Assigned assigned = change.get();
            if (assigned instanceof Assigned.Done(StoredAgent agent)
                    && agent.progress().polling()) {
                startParsed(agent, end(id), 0);
            }
            return assigned;
        });
    }

    private Change again(AgentId id, Function<AgentId, Optional<StoredAgent>> move) {
        boolean begun = exclusively(id, () -> {
            Optional<StoredAgent> agent = move.apply(id);
            agent.ifPresent(found -> startParsed(found, end(id), 0));
            return agent.isPresent();
        });
        return begun ? Change.DONE : notNow(id);
    }

    private Change notNow(AgentId id) {
        return store.find(id).isPresent() ? Change.NOT_NOW : Change.UNKNOWN;
    }

    /** Forgets the agent. */
    public Deletion delete(AgentId id) {
        record Ending(Lease lease, CompletableFuture<Void> ended) {}
        Optional<Ending> ending =
                exclusively(id, () -> store.terminate(id).map(agent -> new Ending(agent.lease(), end(id))));
        if (ending.isEmpty()) {
            return Deletion.UNKNOWN;
        }
        if (await(ending.get().ended())) {
            store.remove(ending.get().lease());
            return Deletion.DONE;
        }
        removeOnce(ending.get().ended(), ending.get().lease());
        return Deletion.PENDING;
    }

    private void removeOnce(CompletableFuture<Void> ended, Lease lease) {
        CompletableFuture<Void> removal = ended.thenRunAsync(() -> store.remove(lease), cycles);
        var _ = removal.whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.warn("a deletion could not be completed and will be at the next start", failure);
            }
        });
    }

    private CompletableFuture<Void> end(AgentId id) {
        Watch watch = watches.get(id);
        if (watch == null) {
            return CompletableFuture.completedFuture(null);
        }
        // It stays findable until it has ended, so that a second deletion waits for the same cycle.
        watch.close();
        return watch.ended().thenRun(() -> watches.remove(id, watch));
    }

    private static boolean await(CompletableFuture<Void> ended) {
        try {
            ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("ending a watch does not fail", e);
        }
    }

    // --- runs ---

    /** Takes up every agent of this verifier that is to be asked; returns how many. */
    public int resume(String verifierId) {
        List<StoredAgent> agents = store.resume(verifierId);
        long delay = 0;
        for (StoredAgent agent : agents) {
            startParsed(agent, CompletableFuture.completedFuture(null), delay);
            delay += RESUME_SPACING_NANOS;
        }
        return agents.size();
    }

    private void startParsed(StoredAgent agent, CompletableFuture<Void> after, long delayNanos) {
        Machine machine;
        try {
            machine = Machine.of(agent.enrolment(), policies);
        } catch (InvalidEnrolmentException e) {
            cannotStart(agent, e);
            return;
        }
        start(machine, agent, after, delayNanos);
    }

    private void cannotStart(StoredAgent agent, InvalidEnrolmentException e) {
        AgentId id = agent.enrolment().id();
        LOG.error("{} cannot be watched: {}", id, e.getMessage());
        Progress before = agent.progress();
        CompletableFuture<Boolean> stored = store.commit(
                agent.lease(),
                before,
                before.failed(InternalFailures.exception(String.valueOf(e.getMessage())), severities.worst()),
                null);
        var _ = stored.whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.error("and that could not be stored: {}", failure.getMessage());
            }
        });
    }

    private void start(Machine machine, StoredAgent agent, CompletableFuture<Void> after, long delayNanos) {
        Watch watch = new Watch(
                new Run(machine, agent, connections.open(machine, agent.lease().agent())), after);
        watches.put(machine.id(), watch);
        var _ = after.whenComplete((_, _) -> {
            if (delayNanos == 0) {
                cycles.execute(() -> cycle(machine.id(), watch, clock.now()));
            } else {
                long due = clock.now() + delayNanos;
                clock.at(due, () -> cycle(machine.id(), watch, due));
            }
        });
    }

    /**
     * Runs cycles until there is something to wait for.
     *
     * @param due when this one should have begun; the interval counts from then, so that delays do not add up
     */
    private void cycle(AgentId id, Watch watch, long due) {
        lateness.accept(Math.max(0, clock.now() - due));
        long begun = due;
        while (true) {
            Next next = watch.cycle(attestation::cycle);
            long wait;
            switch (next) {
                case Next.AtOnce _ -> wait = 0;
                case Next.AtInterval _ -> wait = intervalNanos;
                case Next.After(Duration time) -> {
                    begun = clock.now();
                    wait = time.toNanos();
                }
                case Next.Ended _ -> {
                    watch.finish();
                    watches.remove(id, watch);
                    return;
                }
            }
            long now = clock.now();
            if (wait == 0) {
                begun = now;
                continue;
            }
            long nextDue = Math.max(begun + wait, now);
            clock.at(nextDue, () -> cycle(id, watch, nextDue));
            return;
        }
    }

    /** For how long somebody has been due whom nobody has asked yet. */
    public Duration overdue() {
        return Duration.ofNanos(clock.overdue());
    }

    /** Whether those who wait will be asked. */
    public boolean running() {
        return clock.running();
    }

    /** How many machines are being watched. */
    public int size() {
        return watches.size();
    }

    /**
     * Begins no further cycle, gives those under way some time, then cancels them. Nothing is lost: the next start takes up
     * every agent where it is in the database.
     */
    public void close(Duration drain) {
        clock.close();
        List<CompletableFuture<Void>> ending = new ArrayList<>();
        for (Watch watch : watches.values()) {
            watch.finish();
            ending.add(watch.ended());
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(ending.toArray(new CompletableFuture<?>[0]));
        if (!within(all, drain)) {
            LOG.warn("agents that did not answer within {} are no longer waited for", drain);
            watches.values().forEach(Watch::close);
            if (!within(all, PATIENCE)) {
                LOG.warn("some requests to agents did not end");
            }
        }
        cycles.shutdown();
    }

    private static boolean within(CompletableFuture<Void> all, Duration time) {
        try {
            all.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("ending a watch does not fail", e);
        }
    }

    /** As {@link #close(Duration)} without waiting. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }
}

package io.limelight.console.fleet;

import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.FleetSnapshot.Load;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fleet that a test tells what to say. Asks nobody. */
public final class FakeFleet implements FleetService {
    /** The time at which everything here happens. */
    public static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final List<Consumer<FleetSnapshot>> listeners = new CopyOnWriteArrayList<>();
    private FleetSnapshot latest;
    private long revision;

    /** What was asked and done, in order: {@code timeline m1}, {@code stop m2}. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** Machines with which acts fail. */
    public final Map<AgentId, Problem> failing = new HashMap<>();

    public ServerKind kind = ServerKind.LIMELIGHT;
    public Light.Status verifier = Light.Status.UP;
    public Map<AgentId, TimelinePage> timelines = new HashMap<>();
    public @Nullable KeptEvidence evidence;
    public @Nullable Problem refusing;
    public Optional<History> history = Optional.empty();

    public FakeFleet() {
        latest = snapshot(List.of(), Optional.empty());
    }

    /** A machine that passed a second ago. */
    public static Machine trusted(String id) {
        return machine(id, MachineState.TRUSTED, NOW.minusSeconds(1));
    }

    public static Machine machine(String id, MachineState state, @Nullable Instant passed) {
        return new Machine(
                AgentId.of(id), "10.0.0.1", 9002, state, StaleReason.NONE, 3, 7, passed, passed, "prod", "", null);
    }

    public static Machine failed(String id, String event, String sentence) {
        return new Machine(
                AgentId.of(id),
                "10.0.0.1",
                9002,
                MachineState.FAILED,
                StaleReason.NONE,
                9,
                7,
                NOW.minusSeconds(30),
                NOW.minusSeconds(60),
                "prod",
                "",
                new FailureSummary(
                        event,
                        "emergency",
                        sentence,
                        List.of("An unapproved program was run"),
                        List.of(new FailureSummary.Pointer.ImaEntry(2)),
                        List.of(new FailureSummary.Action("", "Ask who ran it.")),
                        Map.of("path", "/tmp/evil.sh")));
    }

    /** Tells of a fleet. */
    public void tell(Machine... machines) {
        tell(List.of(machines));
    }

    public void tell(List<Machine> machines) {
        latest = snapshot(machines, Optional.of(NOW));
        listeners.forEach(listener -> listener.accept(latest));
    }

    private FleetSnapshot snapshot(List<Machine> machines, Optional<Instant> told) {
        Map<AgentId, Machine> byId = new LinkedHashMap<>();
        machines.forEach(machine -> byId.put(machine.id(), machine));
        Problem down = new Problem("verifier.silent", "The verifier does not answer.", List.of(), List.of(), "");
        return new FleetSnapshot(
                revision++,
                List.copyOf(machines),
                byId,
                told,
                new Light(verifier, NOW, verifier == Light.Status.DOWN ? down : null),
                new Light(Light.Status.UP, NOW, null),
                kind,
                new Load(0, Duration.ofSeconds(5), Duration.ofMillis(10)));
    }

    public int listeners() {
        return listeners.size();
    }

    @Override
    public FleetSnapshot latest() {
        return latest;
    }

    @Override
    public Subscription subscribe(Consumer<FleetSnapshot> listener) {
        listeners.add(listener);
        listener.accept(latest);
        return () -> listeners.remove(listener);
    }

    @Override
    public void refreshSoon() {
        asked.add("refresh");
    }

    @Override
    public void pace(Duration every) {
        asked.add("pace " + every);
    }

    private void ask(String what) throws ProblemException {
        asked.add(what);
        if (refusing != null) {
            throw new ProblemException(refusing, null);
        }
    }

    @Override
    public TimelinePage timeline(AgentId id, OptionalLong before, Cancellation cancellation) throws ProblemException {
        ask("timeline " + id + (before.isPresent() ? " before " + before.getAsLong() : ""));
        return timelines.getOrDefault(id, new TimelinePage(new ArrayList<>(), OptionalLong.empty(), true));
    }

    @Override
    public KeptEvidence evidence(AgentId id, Cancellation cancellation) throws ProblemException {
        ask("evidence " + id);
        if (evidence == null) {
            throw new ProblemException(
                    new Problem("evidence.none", "Nothing is kept.", List.of(), List.of(), ""), null);
        }
        return evidence;
    }

    @Override
    public Identity identity(AgentId id, Cancellation cancellation) throws ProblemException {
        ask("identity " + id);
        return new Identity(
                List.of(), "Nobody vouches for it.", false, "RSA 2048", "RSA 2048", "000b", Optional.empty(), 1);
    }

    @Override
    public Optional<PayloadReport> payload(AgentId id, Cancellation cancellation) throws ProblemException {
        ask("payload " + id);
        return Optional.of(new PayloadReport(
                "unpacked", "", Optional.of("2026-11-28T11:58:00Z"), java.util.OptionalInt.empty(), "1m", List.of()));
    }

    @Override
    public RawAnswers raw(AgentId id, Cancellation cancellation) throws ProblemException {
        ask("raw " + id);
        return new RawAnswers("{}", "{}");
    }

    @Override
    public void act(MachineAct act, AgentId id, Cancellation cancellation) throws ProblemException {
        ask(act.key() + " " + id);
        Problem problem = failing.get(id);
        if (problem != null) {
            throw new ProblemException(problem, null);
        }
    }

    @Override
    public Optional<History> history(Duration back, int steps, Cancellation cancellation) throws ProblemException {
        ask("history");
        return history;
    }

    @Override
    public void close() {
        asked.add("close");
    }
}

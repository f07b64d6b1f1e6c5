package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.policies.DryRunReport.Failing;
import io.limelight.console.policies.DryRunReport.Unknown;
import io.limelight.console.policies.Judged.Row;
import io.limelight.console.policies.Judged.Verdict;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.create.PolicyExplainer;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Tries a draft on evidence, and says what it would do: on a Limelight verifier on what that keeps, otherwise here on what was fetched
 * of a few machines. Changes nothing. Used on the screen's thread.
 */
public final class DryRunViewModel implements AutoCloseable {
    private static final int MOST_ROWS = 5;

    private final PolicyServer server;
    private final FleetService fleet;
    private final EvidenceShelf shelf;
    private final ActLog acts;
    private final Tasks tasks;
    private final Words words;
    private final InstantSource clock;
    private final Executor screen;
    private final ReadOnlyObjectWrapper<@Nullable DryRunReport> report = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable TaskHandle<DryRunReport>> running = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(-1);

    /** Nothing tried yet. */
    public DryRunViewModel(
            PolicyServer server,
            FleetService fleet,
            EvidenceShelf shelf,
            ActLog acts,
            Tasks tasks,
            Words words,
            InstantSource clock,
            Executor screen) {
        this.server = server;
        this.fleet = fleet;
        this.shelf = shelf;
        this.acts = acts;
        this.tasks = tasks;
        this.words = words;
        this.clock = clock;
        this.screen = screen;
    }

    /** What it would do; null: not tried, or the draft was changed since. */
    public ReadOnlyObjectProperty<@Nullable DryRunReport> reportProperty() {
        return report.getReadOnlyProperty();
    }

    /** Under way; null: not. */
    public ReadOnlyObjectProperty<@Nullable TaskHandle<DryRunReport>> runningProperty() {
        return running.getReadOnlyProperty();
    }

    /** From 0 to 1; below 0 nobody knows. */
    public ReadOnlyDoubleProperty progressProperty() {
        return progress.getReadOnlyProperty();
    }

    /** Why it came to no end. */
    public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Whether the verifier keeps evidence to try drafts on; otherwise that of a few machines is fetched. */
    public boolean byVerifier() {
        return fleet.latest().kind() == ServerKind.LIMELIGHT;
    }

    /** What is tried: made off the screen. */
    public interface Text {
        /** The policy, as it would be sent. */
        String write() throws ProblemException;
    }

    /**
     * Tries a runtime policy.
     *
     * @param name of the policy
     * @param machines on the evidence of which
     */
    public void run(String name, Text text, List<AgentId> machines) {
        run(PolicyKind.RUNTIME, name, text, machines);
    }

    /** Tries one. */
    public void run(PolicyKind kind, String name, Text text, List<AgentId> machines) {
        cancel();
        report.set(null);
        problem.set(null);
        progress.set(-1);
        FleetSnapshot snapshot = fleet.latest();
        boolean remote = byVerifier();
        Instant began = clock.instant();
        TaskHandle<DryRunReport> task = tasks.submit(words.of("policies.dry-run.task", name), (told, cancellation) -> {
            String draft = text.write();
            Sorting sorting = new Sorting(snapshot);
            Consumer<Double> far = part -> screen.execute(() -> progress.set(part));
            if (remote) {
                remote(kind, draft, machines, sorting, far, told::done, cancellation);
            } else {
                here(name, draft, machines, sorting, far, told::done, cancellation);
            }
            return sorting.report(began, Duration.between(began, clock.instant()));
        });
        running.set(task);
        var _ = task.result().whenComplete((done, _) -> {
            did(name, task, machines.size(), done);
            screen.execute(() -> end(task, done));
        });
    }

    private interface Far {
        void done(long done, long total);
    }

    private void remote(
            PolicyKind kind,
            String draft,
            List<AgentId> machines,
            Sorting sorting,
            Consumer<Double> far,
            Far told,
            Cancellation cancellation)
            throws ProblemException {
        AtomicInteger total = new AtomicInteger(machines.size());
        AtomicInteger done = new AtomicInteger();
        server.dryRun(
                kind,
                draft,
                machines.size() < fleet.latest().machines().size() ? machines : List.of(),
                total::set,
                judged -> {
                    sorting.add(judged);
                    int now = done.incrementAndGet();
                    // A hundred steps are seen; a thousand machines would only keep the screen busy.
                    if (now % Math.max(1, total.get() / 100) == 0 || now == total.get()) {
                        far.accept((double) now / Math.max(1, total.get()));
                        told.done(now, total.get());
                    }
                },
                cancellation);
    }

    private void here(
            String name,
            String draft,
            List<AgentId> machines,
            Sorting sorting,
            Consumer<Double> far,
            Far told,
            Cancellation cancellation)
            throws ProblemException, CancelledException {
        RuntimePolicy policy;
        try {
            policy = RuntimePolicyReader.forEvaluation(
                    draft.getBytes(StandardCharsets.UTF_8), RuntimePolicyReader.MAX_BYTES);
        } catch (RuntimePolicyException e) {
            throw Problems.thrown(words, "policies.unreadable", e, name);
        }
        List<AgentId> some = machines.subList(0, Math.min(EvidenceShelf.MOST, machines.size()));
        shelf.fetch(
                some,
                done -> {
                    far.accept((double) done / some.size());
                    told.done(done, some.size());
                },
                cancellation);
        for (AgentId id : some) {
            cancellation.throwIfCancelled();
            sorting.add(judge(id, shelf.of(id).orElse(List.of()), policy));
        }
        for (AgentId id : machines.subList(some.size(), machines.size())) {
            sorting.add(new Judged(
                    id, Verdict.UNKNOWN, 0, List.of(), words.of("policies.dry-run.not-fetched", EvidenceShelf.MOST)));
        }
    }

    private Judged judge(AgentId id, List<String> rows, RuntimePolicy policy) {
        if (rows.isEmpty()) {
            return new Judged(id, Verdict.UNKNOWN, 0, List.of(), words.of("policies.dry-run.no-list"));
        }
        byte[] list = (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8);
        PolicyExplainer.Explanation why = PolicyExplainer.explain(list, policy, true);
        List<Row> failing = why.rows().stream()
                .limit(MOST_ROWS)
                .map(row -> new Row(
                        row.name(),
                        row.number(),
                        row.number() <= rows.size() ? rows.get((int) row.number() - 1) : "",
                        row.name() + " " + row.reason()))
                .toList();
        return new Judged(
                id, failing.isEmpty() ? Verdict.PASS : Verdict.FAIL, why.rows().size() + why.more(), failing, "");
    }

    private void end(TaskHandle<DryRunReport> task, @Nullable DryRunReport done) {
        TaskHandle<DryRunReport> latest = running.get();
        if (latest == null || latest.number() != task.number()) {
            return;
        }
        running.set(null);
        if (done != null) {
            report.set(done);
        } else {
            problem.set(task.status().problem().orElse(null));
        }
    }

    private void did(String name, TaskHandle<DryRunReport> task, int machines, @Nullable DryRunReport done) {
        Outcome outcome = switch (task.status().state()) {
            case DONE -> Outcome.DONE;
            case CANCELLED, STOPPING, RUNNING -> Outcome.CANCELLED;
            case FAILED -> Outcome.FAILED;
        };
        acts.did(new ActLog.Act(
                "policy.dryrun",
                List.of(name),
                outcome,
                done == null
                        ? Map.of("machines", Integer.toString(machines))
                        : Map.of(
                                "machines", Integer.toString(done.machines()),
                                "would_fail", Integer.toString(done.fail().size()),
                                "would_pass", Integer.toString(done.recover().size()))));
    }

    /** Breaks off what is under way. */
    public void cancel() {
        TaskHandle<DryRunReport> task = running.get();
        if (task != null) {
            task.cancel();
        }
    }

    /** What was tried is no longer what is shown. */
    public void forget() {
        report.set(null);
        problem.set(null);
    }

    @Override
    public void close() {
        cancel();
    }

    /** Puts machines where they belong, by how they stand now. */
    private static final class Sorting {
        private final FleetSnapshot snapshot;
        private final List<AgentId> unaffected = new ArrayList<>();
        private final List<AgentId> recover = new ArrayList<>();
        private final List<Failing> fail = new ArrayList<>();
        private final List<Unknown> unknown = new ArrayList<>();

        Sorting(FleetSnapshot snapshot) {
            this.snapshot = snapshot;
        }

        synchronized void add(Judged judged) {
            MachineState now = Optional.ofNullable(snapshot.byId().get(judged.machine()))
                    .map(Machine::standing)
                    .orElse(MachineState.TRUSTED);
            boolean failed = now == MachineState.FAILED || now == MachineState.REVOKED;
            switch (judged.verdict()) {
                case PASS -> (failed ? recover : unaffected).add(judged.machine());
                case FAIL -> {
                    if (failed) {
                        unaffected.add(judged.machine());
                    } else {
                        fail.add(new Failing(judged.machine(), judged.failed(), judged.rows()));
                    }
                }
                case UNKNOWN -> unknown.add(new Unknown(judged.machine(), judged.reason()));
            }
        }

        synchronized DryRunReport report(Instant at, Duration took) {
            return new DryRunReport(at, took, unaffected, recover, fail, unknown);
        }
    }
}

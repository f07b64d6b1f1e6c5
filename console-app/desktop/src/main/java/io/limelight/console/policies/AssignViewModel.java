package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.fleet.Machine;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.FewAtOnce;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyAssignment.Judged;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.task.Cancellation;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * Has many machines judged by other policies: first what each has and will have, a try of it, then how it went with each. What is not chosen
 * stays as it is. A machine that is judged by something else than the plan says when its turn comes is left alone and named. Used on the
 * screen's thread.
 */
public final class AssignViewModel implements AutoCloseable {
    private final Parts parts;
    private final Set<AgentId> chosen;
    private final Function<AgentId, String> names;
    private final ObservableList<Line> lines = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PREVIEW);
    private final Loader<Choices> choices;
    private final Loader<Map<AgentId, Trial>> trials;
    private final StringProperty runtime = new SimpleStringProperty("");
    private final StringProperty boot = new SimpleStringProperty("");
    private final StringProperty template = new SimpleStringProperty("");
    private final FewAtOnce running;
    private final FleetService.Subscription following;
    private FleetSnapshot snapshot;

    /**
     * What it needs.
     *
     * @param server asked and told
     * @param fleet the machines
     * @param templates TPM policies with names
     * @param acts keeps what was done
     */
    public record Parts(
            PolicyServer server,
            FleetService fleet,
            TpmTemplates templates,
            ActLog acts,
            InstantSource clock,
            Executor work,
            Executor screen) {}

    /**
     * What can be chosen, and what machines have.
     *
     * @param runtime names at the verifier
     * @param boot names at the verifier
     * @param templates of this console that can be read
     * @param tpm policies of machines as they travel
     */
    public record Choices(List<String> runtime, List<String> boot, List<Template> templates, Map<AgentId, String> tpm) {
        /** Copies. */
        public Choices {
            runtime = List.copyOf(runtime);
            boot = List.copyOf(boot);
            templates = List.copyOf(templates);
            tpm = Map.copyOf(tpm);
        }

        private String nameOf(String wire) {
            Optional<PcrContent> content = PcrContent.of(wire);
            return content.isPresent() && content.get().isEmpty()
                    ? ""
                    : templates.stream()
                            .filter(each ->
                                    content.isPresent() && each.content().equals(content))
                            .map(Template::name)
                            .findFirst()
                            .orElse(content.map(each -> "PCR " + each.pcrs()).orElse("?"));
        }
    }

    /** How far it is. */
    public enum Phase {
        /** Nothing done yet, or what is left is looked at again. */
        PREVIEW,
        /** Under way. */
        RUNNING,
        /** Over, with or without problems. */
        DONE
    }

    /** How one machine's part stands. */
    public enum Result {
        /** Will be done. */
        PLANNED,
        /** Means nothing for this machine. */
        LEFT_OUT,
        /** Under way. */
        RUNNING,
        /** Done. */
        DONE,
        /** Not done; see the problem. */
        FAILED,
        /** Not begun, since all was cancelled. */
        CANCELLED
    }

    /** What a try said of a machine. */
    public enum Trial {
        /** Not tried. */
        NONE,
        /** It would pass. */
        PASS,
        /** It would fail. */
        FAIL,
        /** Its evidence does not tell. */
        UNKNOWN;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A policy a machine has and will have.
     *
     * @param now name; empty: none
     * @param then name; the same where it stays
     */
    public record Step(String now, String then) {
        /** Whether it becomes another. */
        public boolean changes() {
            return !now.equals(then);
        }
    }

    /**
     * A machine's part.
     *
     * @param machine as it was told last
     * @param name alias or id
     * @param tpm its TPM policy as it travels
     * @param steps by kind
     * @param result how it stands
     * @param note key of words: why it is left out; empty otherwise
     * @param problem why it failed; null otherwise
     */
    public record Line(
            Machine machine,
            String name,
            String tpm,
            Map<Kind, Step> steps,
            Result result,
            String note,
            @Nullable Problem problem) {
        /** Copies. */
        public Line {
            steps = Map.copyOf(steps);
        }

        private Line now(Result next, @Nullable Problem why) {
            return new Line(machine, name, tpm, steps, next, note, why);
        }

        /** What it has and will have of a kind. */
        public Step step(Kind kind) {
            return steps.getOrDefault(kind, new Step("", ""));
        }
    }

    /**
     * Nothing chosen yet.
     *
     * @param machines for which
     * @param names what people call them
     */
    public AssignViewModel(Parts parts, List<AgentId> machines, Function<AgentId, String> names) {
        this.parts = parts;
        this.chosen = new LinkedHashSet<>(machines);
        this.names = names;
        this.snapshot = parts.fleet().latest();
        this.choices = new Loader<>(parts.work(), parts.screen(), parts.clock());
        this.trials = new Loader<>(parts.work(), parts.screen(), parts.clock());
        this.running = new FewAtOnce(parts.work(), parts.screen());
        runtime.addListener((_, _, _) -> rethink());
        boot.addListener((_, _, _) -> rethink());
        template.addListener((_, _, _) -> rethink());
        choices.stateProperty().addListener((_, _, _) -> plan());
        following = parts.fleet()
                .subscribe(told -> parts.screen().execute(() -> {
                    snapshot = told;
                    plan();
                }));
        read();
    }

    private void read() {
        choices.load(cancellation -> new Choices(
                parts.server().names(PolicyKind.RUNTIME, cancellation),
                parts.server().names(PolicyKind.MEASURED_BOOT, cancellation),
                parts.templates().all().stream()
                        .filter(each -> each.content()
                                .filter(content -> !content.isEmpty())
                                .isPresent())
                        .toList(),
                parts.server().tpmPolicies(cancellation)));
    }

    /** What can be chosen. */
    public ReadOnlyObjectProperty<Loaded<Choices>> choicesProperty() {
        return choices.stateProperty();
    }

    /** Name of the runtime policy; empty: each keeps its own. */
    public StringProperty runtimeProperty() {
        return runtime;
    }

    /** Name of the measured boot policy; empty: each keeps its own. */
    public StringProperty bootProperty() {
        return boot;
    }

    /** Name of the TPM policy; empty: each keeps its own. */
    public StringProperty templateProperty() {
        return template;
    }

    /** Machine by machine. */
    public ObservableList<Line> lines() {
        return lines;
    }

    /** How far it is. */
    public ReadOnlyObjectProperty<Phase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    /** What a try said; nothing before one was made, or when something else was chosen since. */
    public ReadOnlyObjectProperty<Loaded<Map<AgentId, Trial>>> trialsProperty() {
        return trials.stateProperty();
    }

    /** What a try said of a machine. */
    public Trial trial(Line line) {
        return trials.stateProperty()
                .get()
                .got()
                .map(each -> each.getOrDefault(line.machine().id(), Trial.UNKNOWN))
                .orElse(Trial.NONE);
    }

    /** How many stand like that. */
    public int count(Result result) {
        return (int) lines.stream().filter(line -> line.result() == result).count();
    }

    /** How many of those planned a try said this of. */
    public int count(Trial trial) {
        return (int) lines.stream()
                .filter(line -> line.result() != Result.LEFT_OUT && trial(line) == trial)
                .count();
    }

    private Optional<Template> wanted() {
        return choices.stateProperty().get().got().stream()
                .flatMap(each -> each.templates().stream())
                .filter(each -> each.name().equals(template.get()))
                .findFirst();
    }

    /** How many of those planned are judged by a boot log besides: of the same PCRs both must hold. */
    public int byLog() {
        boolean named = wanted().flatMap(Template::content)
                .filter(content ->
                        content.allowed().keySet().stream().anyMatch(BootPolicy.MEASURED_BOOT_PCRS::contains))
                .isPresent();
        return !named
                ? 0
                : (int) lines.stream()
                        .filter(line -> line.result() == Result.PLANNED
                                && line.step(Kind.TPM).changes()
                                && !line.step(Kind.BOOT).then().isEmpty())
                        .count();
    }

    private void rethink() {
        trials.clear();
        plan();
    }

    private void plan() {
        if (phase.get() != Phase.PREVIEW) {
            return;
        }
        Map<AgentId, Line> before = new HashMap<>();
        lines.forEach(line -> before.put(line.machine().id(), line));
        List<Line> next = new ArrayList<>();
        for (AgentId id : chosen) {
            Line known = before.get(id);
            Machine machine = snapshot.byId().get(id);
            if (known != null && known.result() == Result.DONE) {
                next.add(known);
            } else if (machine != null) {
                next.add(line(machine));
            } else if (known != null) {
                // It is gone from the verifier meanwhile: that is said, not hidden.
                next.add(new Line(
                        known.machine(),
                        known.name(),
                        known.tpm(),
                        known.steps(),
                        Result.LEFT_OUT,
                        "policies.assign.gone",
                        null));
            }
        }
        if (!lines.equals(next)) {
            lines.setAll(next);
        }
    }

    private Line line(Machine machine) {
        Choices known = choices.stateProperty().get().value();
        String tpm = known == null ? "" : known.tpm().getOrDefault(machine.id(), "");
        Map<Kind, Step> steps = new HashMap<>();
        steps.put(Kind.RUNTIME, step(machine.runtimePolicy(), runtime.get()));
        steps.put(Kind.BOOT, step(machine.bootPolicy(), boot.get()));
        String named = known == null ? "" : known.nameOf(tpm);
        boolean same = wanted().isEmpty() || wanted().get().content().equals(PcrContent.of(tpm));
        steps.put(Kind.TPM, new Step(named, same ? named : template.get()));
        boolean changes = steps.values().stream().anyMatch(Step::changes);
        String note = snapshot.kind() != ServerKind.LIMELIGHT
                ? "policies.assign.keylime"
                : known != null && !known.tpm().containsKey(machine.id())
                        ? "policies.assign.unwatched"
                        : changes ? "" : "policies.assign.same";
        return new Line(
                machine,
                names.apply(machine.id()),
                tpm,
                steps,
                note.isEmpty() ? Result.PLANNED : Result.LEFT_OUT,
                note,
                null);
    }

    private static Step step(String now, String wanted) {
        return new Step(now, wanted.isEmpty() ? now : wanted);
    }

    private PolicyAssignment assignment(Line line, Optional<Template> wanted) {
        Step toRuntime = line.step(Kind.RUNTIME);
        Step toBoot = line.step(Kind.BOOT);
        return new PolicyAssignment(
                toRuntime.changes() ? Optional.of(toRuntime.then()) : Optional.empty(),
                toBoot.changes() ? Optional.of(toBoot.then()) : Optional.empty(),
                line.step(Kind.TPM).changes() ? wanted.map(Template::text) : Optional.empty(),
                new Judged(
                        toRuntime.now().isEmpty() ? null : toRuntime.now(),
                        toBoot.now().isEmpty() ? null : toBoot.now(),
                        line.tpm()));
    }

    /** The request that does a machine's part, and its body. */
    public List<String> command(Line line) {
        return List.of(
                "curl",
                "--cacert",
                "CACERT",
                "--cert",
                "CLIENT_CERT",
                "--key",
                "CLIENT_KEY",
                "-X",
                "POST",
                "-d",
                WireJson.compactText(assignment(line, wanted()).toJson()),
                "https://" + parts.server().address() + "/limelight/v1/agents/"
                        + line.machine().id() + "/policies");
    }

    // --- trying ---

    /** Whether the verifier can try it: it judges lists and boot logs that it keeps, and no values of PCRs. */
    public boolean canTry() {
        return !runtime.get().isEmpty() || !boot.get().isEmpty();
    }

    /** Has the verifier try the policies that are chosen on what the machines proved last; changes nothing. */
    public void tryIt() {
        Map<PolicyKind, String> policies = new HashMap<>();
        if (!runtime.get().isEmpty()) {
            policies.put(PolicyKind.RUNTIME, runtime.get());
        }
        if (!boot.get().isEmpty()) {
            policies.put(PolicyKind.MEASURED_BOOT, boot.get());
        }
        List<AgentId> due = lines.stream()
                .filter(line -> line.result() == Result.PLANNED)
                .map(line -> line.machine().id())
                .toList();
        if (!due.isEmpty() && !policies.isEmpty()) {
            trials.clear();
            trials.load(cancellation -> tried(policies, due, cancellation));
        }
    }

    private Map<AgentId, Trial> tried(Map<PolicyKind, String> policies, List<AgentId> due, Cancellation cancellation)
            throws ProblemException {
        Map<AgentId, Trial> all = new HashMap<>();
        due.forEach(id -> all.put(id, Trial.PASS));
        for (Map.Entry<PolicyKind, String> policy : policies.entrySet()) {
            Map<AgentId, Trial> one = new HashMap<>();
            String text = Signatures.payload(parts.server()
                    .read(policy.getKey(), policy.getValue(), cancellation)
                    .text());
            parts.server()
                    .dryRun(
                            policy.getKey(),
                            text,
                            due,
                            _ -> {},
                            judged -> one.put(
                                    judged.machine(),
                                    switch (judged.verdict()) {
                                        case PASS -> Trial.PASS;
                                        case FAIL -> Trial.FAIL;
                                        case UNKNOWN -> Trial.UNKNOWN;
                                    }),
                            cancellation);
            // The worst of all counts, and a machine of which nothing was said is unknown.
            all.replaceAll((id, before) -> worse(before, one.getOrDefault(id, Trial.UNKNOWN)));
        }
        return all;
    }

    private static Trial worse(Trial one, Trial other) {
        if (one == Trial.FAIL || other == Trial.FAIL) {
            return Trial.FAIL;
        }
        return one == Trial.UNKNOWN || other == Trial.UNKNOWN ? Trial.UNKNOWN : Trial.PASS;
    }

    // --- doing ---

    /** Does what the plan says. */
    public void run() {
        if (phase.get() != Phase.PREVIEW || choices.stateProperty().get().value() == null) {
            return;
        }
        Optional<Template> tpm = wanted();
        List<Integer> due = new ArrayList<>();
        List<PolicyAssignment> assignments = new ArrayList<>();
        List<AgentId> ids = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            ids.add(line.machine().id());
            assignments.add(assignment(line, tpm));
            if (line.result() == Result.PLANNED) {
                due.add(i);
            }
        }
        if (due.isEmpty()) {
            return;
        }
        phase.set(Phase.RUNNING);
        running.run(
                due,
                (index, stop) -> parts.server().assign(ids.get(index), assignments.get(index), stop),
                new FewAtOnce.Heard() {
                    @Override
                    public void begun(int index) {
                        change(index, line -> line.now(Result.RUNNING, null));
                    }

                    @Override
                    public void ended(int index, FewAtOnce.Ending ending, @Nullable Problem problem) {
                        change(index, line -> line.now(Result.valueOf(ending.name()), problem));
                    }

                    @Override
                    public void over() {
                        phase.set(Phase.DONE);
                        keep(due);
                        parts.fleet().refreshSoon();
                    }
                });
    }

    private void change(int index, UnaryOperator<Line> how) {
        lines.set(index, how.apply(lines.get(index)));
    }

    private void keep(List<Integer> due) {
        List<Line> ended = due.stream().map(lines::get).toList();
        long done = ended.stream().filter(line -> line.result() == Result.DONE).count();
        long failed =
                ended.stream().filter(line -> line.result() == Result.FAILED).count();
        Outcome outcome = done == ended.size()
                ? Outcome.DONE
                : done > 0 ? Outcome.PARTLY : failed > 0 ? Outcome.FAILED : Outcome.CANCELLED;
        Map<String, String> facts = new HashMap<>();
        facts.put("machines", Integer.toString(ended.size()));
        facts.put("done", Long.toString(done));
        facts.put("runtime", runtime.get());
        facts.put("boot", boot.get());
        facts.put("tpm", template.get());
        facts.values().removeIf(String::isEmpty);
        ActLog.Act did = new ActLog.Act(
                "policy.assign",
                ended.stream().map(line -> line.machine().id().value()).toList(),
                outcome,
                facts);
        parts.work().execute(() -> parts.acts().did(did));
    }

    /** Begins nothing more and breaks off what is under way. What was done stays done. */
    public void cancel() {
        running.cancel();
    }

    /** Reads again what is left has now, and plans anew; what was done stays done. */
    public void again() {
        if (phase.get() == Phase.DONE) {
            phase.set(Phase.PREVIEW);
            trials.clear();
            read();
            plan();
        }
    }

    @Override
    public void close() {
        following.close();
        choices.close();
        trials.close();
    }
}

package io.limelight.console.revocations;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.revocations.Reenroller.Certificate;
import io.limelight.console.revocations.Reenroller.Choice;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.Reenrolment;
import io.limelight.core.tenant.Reenrolment.Act;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The way back of one machine: what will be done, step by step, before anything is; then how it goes. What broke off is planned anew,
 * and only what is left is done. Used on the screen's thread.
 */
public final class ReenrolViewModel implements AutoCloseable {
    private final AgentId machine;
    private final Reenroller reenroller;
    private final Tasks tasks;
    private final ActLog acts;
    private final Words words;
    private final Executor screen;
    private final Loader<Reenrolment.Plan> planning;
    private final BooleanProperty forget = new SimpleBooleanProperty(this, "forget", false);
    private final ObjectProperty<Certificate> certificate;
    private final BooleanProperty payload = new SimpleBooleanProperty(this, "payload", true);
    private final ObservableList<Row> rows = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Phase> phase = new ReadOnlyObjectWrapper<>(Phase.PLANNING);
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final Map<Act, State> states = new EnumMap<>(Act.class);
    private @Nullable TaskHandle<Reenrolment.Done> running;
    private Runnable onDone = () -> {};

    /** How far it is. */
    public enum Phase {
        /** All sides are being looked at. */
        PLANNING,
        /** It is known what will be done. */
        PLANNED,
        /** It is being done. */
        RUNNING,
        /** It broke off. */
        BROKEN,
        /** It is done. */
        DONE
    }

    /** How a step is. */
    public enum State {
        /** It will be done. */
        DUE,
        RUNNING,
        DONE,
        FAILED,
        /** There is nothing to be done. */
        NOTHING;

        /** Names keys of words: {@code due}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A step.
     *
     * @param key names its words
     * @param state how it is
     * @param arguments of its words
     */
    public record Row(String key, State state, List<Object> arguments) {
        /** Copies. */
        public Row {
            arguments = List.copyOf(arguments);
        }
    }

    /** Looks at all sides at once. */
    public ReenrolViewModel(
            AgentId machine,
            Reenroller reenroller,
            Tasks tasks,
            ActLog acts,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.machine = machine;
        this.reenroller = reenroller;
        this.tasks = tasks;
        this.acts = acts;
        this.words = words;
        this.screen = screen;
        this.planning = new Loader<>(work, screen, clock);
        this.certificate = new SimpleObjectProperty<>(
                this, "certificate", reenroller.hasCa() ? Certificate.REVOKE : Certificate.LEAVE);
        planning.stateProperty().subscribe(this::planned);
        forget.subscribe((_, _) -> chosen());
        certificate.subscribe((_, _) -> chosen());
        payload.subscribe((_, _) -> draw());
        plan();
    }

    private void chosen() {
        if (forget.get() && payload.get()) {
            // Its agent has to come again first.
            payload.set(false);
        }
        plan();
    }

    private void plan() {
        if (phase.get() == Phase.RUNNING || phase.get() == Phase.DONE) {
            return;
        }
        states.clear();
        problem.set(Optional.empty());
        phase.set(Phase.PLANNING);
        Choice choice = new Choice(forget.get(), certificate.get());
        planning.load(cancellation -> reenroller.plan(machine, choice, cancellation));
    }

    private void planned(Loaded<Reenrolment.Plan> state) {
        if (state.loading()) {
            return;
        }
        if (state.problem() != null) {
            problem.set(Optional.of(state.problem()));
            phase.set(Phase.BROKEN);
        } else if (state.value() != null) {
            phase.set(Phase.PLANNED);
        }
        draw();
    }

    /** Which machine. */
    public AgentId machine() {
        return machine;
    }

    /** Whether the registrar forgets it. */
    public BooleanProperty forgetProperty() {
        return forget;
    }

    /** What becomes of its certificate. */
    public ObjectProperty<Certificate> certificateProperty() {
        return certificate;
    }

    /** Whether the wizard follows. */
    public BooleanProperty payloadProperty() {
        return payload;
    }

    /** Whether there is a CA. */
    public boolean hasCa() {
        return reenroller.hasCa();
    }

    /** The steps, in order. */
    public ObservableList<Row> rows() {
        return rows;
    }

    /** How far it is. */
    public ReadOnlyObjectProperty<Phase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    /** Why it broke off. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Whether a password has to be typed. */
    public boolean needsPassword() {
        return planning.stateProperty()
                        .get()
                        .got()
                        .filter(Reenrolment.Plan::needsPassword)
                        .isPresent()
                && !reenroller.passwordKept();
    }

    /** Called when it is done. */
    public void onDone(Runnable listener) {
        onDone = listener;
    }

    private void draw() {
        Optional<Reenrolment.Plan> known = planning.stateProperty().get().got();
        if (known.isEmpty()) {
            rows.clear();
            return;
        }
        Reenrolment.Plan plan = known.get();
        List<Row> now = new java.util.ArrayList<>();
        Object serial = plan.certificate()
                .<Object>map(issued -> issued.certificate().getSerialNumber().toString())
                .orElse("");
        boolean revoked = plan.certificate()
                .filter(issued -> issued.revocation().isPresent())
                .isPresent();
        now.add(row(
                plan,
                Act.REVOKE,
                certificate.get() == Certificate.LEAVE
                        ? "left"
                        : plan.certificate().isEmpty() ? "none" : revoked ? "already" : "other",
                serial));
        now.add(row(plan, Act.UNWATCH, "absent"));
        now.add(row(plan, Act.UNREGISTER, plan.registered() ? "kept" : "absent"));
        if (certificate.get() == Certificate.RENEW) {
            now.add(row(plan, Act.ISSUE, "none"));
        }
        now.add(new Row(
                payload.get() ? "enrol.wizard" : forget.get() || !plan.registered() ? "enrol.restart" : "enrol.later",
                payload.get() ? State.DUE : State.NOTHING,
                List.of()));
        rows.setAll(now);
    }

    private Row row(Reenrolment.Plan plan, Act act, String otherwise, Object... arguments) {
        String key = key(act);
        boolean due = plan.due().contains(act);
        return new Row(
                due ? key + ".due" : key + "." + otherwise,
                due ? states.getOrDefault(act, State.DUE) : State.NOTHING,
                List.of(arguments));
    }

    private static String key(Act act) {
        return act.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Does it; after it broke off, what is left of it.
     *
     * @param typed the keystore's password, taken over; empty where none was typed
     */
    public void run(Optional<SecretBytes> typed) {
        Optional<Reenrolment.Plan> known = planning.stateProperty().get().got();
        if (phase.get() != Phase.PLANNED || known.isEmpty()) {
            typed.ifPresent(SecretBytes::close);
            return;
        }
        Reenrolment.Plan plan = known.get();
        phase.set(Phase.RUNNING);
        problem.set(Optional.empty());
        draw();
        TaskHandle<Reenrolment.Done> task =
                tasks.submit(words.of("revocations.reenrol.task", machine.value()), (progress, cancellation) -> {
                    try (SecretBytes password = typed.orElseGet(() -> SecretBytes.adopt(new byte[0]))) {
                        Reenrolment.Done done = reenroller.run(
                                plan,
                                password.length() == 0 ? Optional.empty() : Optional.of(password),
                                new Following(plan.due(), progress::step),
                                cancellation);
                        did(done, ActLog.Outcome.DONE, Map.of());
                        return done;
                    } catch (ProblemException e) {
                        did(
                                new Reenrolment.Done(List.of(), Optional.empty(), Optional.empty()),
                                cancellation.cancelled() ? ActLog.Outcome.CANCELLED : ActLog.Outcome.FAILED,
                                Map.of("problem", e.problem().code()));
                        throw e;
                    }
                });
        running = task;
        task.result()
                .whenComplete((done, trouble) -> screen.execute(() -> ended(task, trouble == null)))
                .exceptionally(_ -> null);
    }

    private void did(Reenrolment.Done done, ActLog.Outcome outcome, Map<String, String> more) {
        Map<String, String> facts = new HashMap<>(more);
        done.revoked().ifPresent(serial -> facts.put("revoked", serial.toString()));
        done.issued().ifPresent(serial -> facts.put("issued", serial.toString()));
        if (!done.acts().isEmpty()) {
            facts.put(
                    "steps",
                    String.join(
                            ",", done.acts().stream().map(ReenrolViewModel::key).toList()));
        }
        acts.did(new ActLog.Act("machine.reenrol", List.of(machine.value()), outcome, facts));
    }

    private void ended(TaskHandle<Reenrolment.Done> task, boolean good) {
        if (good) {
            phase.set(Phase.DONE);
            draw();
            onDone.run();
            return;
        }
        states.replaceAll((_, state) -> state == State.RUNNING ? State.FAILED : state);
        problem.set(task.status().problem());
        phase.set(Phase.BROKEN);
        draw();
    }

    /** Looks anew after it broke off. */
    public void again() {
        if (phase.get() == Phase.BROKEN) {
            plan();
        }
    }

    /** Asks what runs to stop. */
    public void cancel() {
        TaskHandle<Reenrolment.Done> task = running;
        if (task != null) {
            task.cancel();
        }
    }

    /** Tells the steps as they go. */
    private final class Following implements TaskReport {
        private final List<Act> due;
        private final java.util.function.Consumer<String> say;

        Following(List<Act> due, java.util.function.Consumer<String> say) {
            this.due = due;
            this.say = say;
        }

        private void set(TaskStep step, State state) {
            due.stream()
                    .filter(act -> act.step().id().equals(step.id()))
                    .findFirst()
                    .ifPresent(act -> screen.execute(() -> {
                        states.put(act, state);
                        draw();
                    }));
        }

        @Override
        public void begin(TaskStep step) {
            due.stream()
                    .filter(act -> act.step().id().equals(step.id()))
                    .findFirst()
                    .ifPresent(act -> say.accept(words.of("revocations.reenrol.step." + key(act) + ".due", "")));
            set(step, State.RUNNING);
        }

        @Override
        public void done(TaskStep step, String sentence, Duration took) {
            set(step, State.DONE);
        }

        @Override
        public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
            // The step's mark goes on turning.
        }

        @Override
        public void warn(String sentence) {
            // Nothing here warns.
        }
    }

    /** What runs goes on in the task centre. */
    @Override
    public void close() {
        planning.close();
    }
}

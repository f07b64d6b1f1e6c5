package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.policies.TpmTemplates.Ending;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.TpmPolicy;
import io.limelight.core.policy.TpmPolicyException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * TPM policies: the templates of this console, the machines that are judged by what each says, and the way back from each change. Used on
 * the screen's thread.
 */
public final class TemplatesViewModel implements AutoCloseable {
    /** What every machine is judged by is one long answer: it is not asked for at each look. */
    private static final Duration LASTS = Duration.ofSeconds(60);

    private static final int STEPS_BACK = 100;

    private final TpmTemplates templates;
    private final PolicyServer server;
    private final ActLog acts;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final Loader<List<Template>> kept;
    private final Loader<Map<AgentId, String>> judging;
    private final ReadOnlyObjectWrapper<TpmUse> use = new ReadOnlyObjectWrapper<>(TpmUse.NONE);
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable String> notice = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyBooleanWrapper canUndo = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper canRedo = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final Deque<Step> back = new ArrayDeque<>();
    private final Deque<Step> forth = new ArrayDeque<>();

    private record Step(Optional<Template> before, Optional<Template> after) {
        Step reversed() {
            return new Step(after, before);
        }

        String verb() {
            if (before.isEmpty()) {
                return "made";
            }
            return after.isEmpty()
                    ? "deleted"
                    : before.get().name().equals(after.get().name()) ? "changed" : "renamed";
        }

        String name() {
            return after.or(() -> before).map(Template::name).orElse("");
        }
    }

    /** Nothing read yet. */
    public TemplatesViewModel(
            TpmTemplates templates,
            PolicyServer server,
            ActLog acts,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.templates = templates;
        this.server = server;
        this.acts = acts;
        this.words = words;
        this.work = work;
        this.screen = screen;
        this.kept = new Loader<>(work, screen, clock);
        this.judging = new Loader<>(work, screen, clock);
        kept.stateProperty().addListener((_, _, _) -> draw());
        judging.stateProperty().addListener((_, _, _) -> draw());
    }

    /** Templates with their machines, and machines without a template. */
    public ReadOnlyObjectProperty<TpmUse> useProperty() {
        return use.getReadOnlyProperty();
    }

    /** How asking the verifier for the machines' policies went. */
    public ReadOnlyObjectProperty<Loaded<Map<AgentId, String>>> judgingProperty() {
        return judging.stateProperty();
    }

    /** Why the last act did not happen; null: it did. */
    public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** A sentence about what was done; null: nothing was. */
    public ReadOnlyObjectProperty<@Nullable String> noticeProperty() {
        return notice.getReadOnlyProperty();
    }

    /** Whether there is a way back. */
    public ReadOnlyBooleanProperty canUndoProperty() {
        return canUndo.getReadOnlyProperty();
    }

    /** Whether there is a way forth. */
    public ReadOnlyBooleanProperty canRedoProperty() {
        return canRedo.getReadOnlyProperty();
    }

    /** Something is written. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Reads templates, and what machines are judged by unless that is young. */
    public void refresh() {
        kept.load(_ -> templates.all());
        judging.loadIfOlder(LASTS, server::tpmPolicies);
    }

    /** Reads both, however young. */
    public void reload() {
        kept.load(_ -> templates.all());
        judging.load(server::tpmPolicies);
    }

    private void draw() {
        Map<AgentId, String> texts = judging.stateProperty().get().value();
        use.set(TpmUse.of(kept.stateProperty().get().got().orElse(List.of()), texts == null ? Map.of() : texts));
        if (kept.stateProperty().get().problem() != null) {
            problem.set(kept.stateProperty().get().problem());
        }
    }

    /** Why a text is no TPM policy that can be kept, in the words of its reader; empty: it is one. */
    public static Optional<String> refusal(String typed) {
        return read(typed) instanceof Read.No(String why) ? Optional.of(why) : Optional.empty();
    }

    private sealed interface Read {
        record Yes(TpmPolicy policy) implements Read {}

        record No(String why) implements Read {}
    }

    private static Read read(String typed) {
        try {
            TpmPolicy policy = typed.contains("\"mask\"") ? TpmPolicy.fromWire(typed) : TpmPolicy.fromUser(typed);
            return new Read.Yes(PcrContent.of(policy).policy());
        } catch (TpmPolicyException e) {
            return new Read.No(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Keeps a new one.
     *
     * @param typed with or without a mask; the mask is made anew of what it names
     * @param then hears of the name when it is kept
     */
    public void add(String name, String typed, Consumer<String> then) {
        if (read(typed) instanceof Read.Yes(TpmPolicy policy)) {
            step(new Step(Optional.empty(), Optional.of(new Template(name, policy.wireText()))), then);
        }
    }

    /** Gives one another name. */
    public void rename(Template template, String name, Consumer<String> then) {
        if (!template.name().equals(name)) {
            step(new Step(Optional.of(template), Optional.of(new Template(name, template.text()))), then);
        }
    }

    /** Gives one another content. */
    public void change(Template template, String typed, Consumer<String> then) {
        if (read(typed) instanceof Read.Yes(TpmPolicy policy)
                && !policy.wireText().equals(template.text())) {
            step(new Step(Optional.of(template), Optional.of(new Template(template.name(), policy.wireText()))), then);
        }
    }

    /** Forgets one. No machine hears of it: what they are judged by is at the verifier. */
    public void delete(Template template) {
        step(new Step(Optional.of(template), Optional.empty()), _ -> {});
    }

    private void step(Step step, Consumer<String> then) {
        run(step, () -> {
            back.push(step);
            forth.clear();
            while (back.size() > STEPS_BACK) {
                back.removeLast();
            }
            notice.set(words.of("policies.template." + step.verb(), step.name()));
            then.accept(step.name());
        });
    }

    /** Takes the last change back, unless what it made was changed elsewhere since. */
    public void undo() {
        Step last = back.peek();
        if (last != null) {
            run(last.reversed(), () -> {
                back.pop();
                forth.push(last);
                notice.set(words.of("policies.template.undone", last.name()));
            });
        }
    }

    /** Does again what was taken back. */
    public void redo() {
        Step next = forth.peek();
        if (next != null) {
            run(next, () -> {
                forth.pop();
                back.push(next);
                notice.set(words.of("policies.template." + next.verb(), next.name()));
            });
        }
    }

    private void run(Step step, Runnable done) {
        if (busy.get()) {
            return;
        }
        busy.set(true);
        problem.set(null);
        notice.set(null);
        work.execute(() -> {
            Optional<Problem> why = replace(step);
            acts.did(new ActLog.Act(
                    "policy.template",
                    List.of(step.name()),
                    why.isEmpty() ? Outcome.DONE : Outcome.FAILED,
                    Map.of("change", step.verb())));
            screen.execute(() -> {
                busy.set(false);
                problem.set(why.orElse(null));
                if (why.isEmpty()) {
                    done.run();
                }
                canUndo.set(!back.isEmpty());
                canRedo.set(!forth.isEmpty());
                kept.load(_ -> templates.all());
            });
        });
    }

    private Optional<Problem> replace(Step step) {
        try {
            Ending ending = templates.replace(step.before(), step.after());
            return switch (ending) {
                case DONE -> Optional.empty();
                case TAKEN ->
                    Optional.of(io.limelight.console.problem.Problems.of(
                            words, "policies.template-taken", "", step.name()));
                case CHANGED ->
                    Optional.of(io.limelight.console.problem.Problems.of(
                            words,
                            "policies.template-changed",
                            "",
                            step.before().map(Template::name).orElse("")));
            };
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        }
    }

    @Override
    public void close() {
        kept.close();
        judging.close();
    }
}

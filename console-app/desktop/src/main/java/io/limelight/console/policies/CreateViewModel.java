package io.limelight.console.policies;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyName;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** Makes a new policy of what there is; it is a draft then, and nothing is sent. Used on the screen's thread. */
public final class CreateViewModel {
    private final EvidenceShelf shelf;
    private final PolicySources sources;
    private final Tasks tasks;
    private final Words words;
    private final Executor screen;
    private final BiConsumer<String, String> made;
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private @Nullable TaskHandle<String> running;

    /** What a policy is made of. */
    public sealed interface Source {
        /** Nothing: it allows nothing yet. */
        record Nothing() implements Source {}

        /**
         * What a machine measured.
         *
         * @param machine which
         */
        record MachineList(AgentId machine) implements Source {}

        /**
         * A file: a policy, an IMA list, or lines with a digest and a path.
         *
         * @param file where
         */
        record File(Path file) implements Source {}

        /**
         * The files of a folder.
         *
         * @param folder where
         */
        record Folder(Path folder) implements Source {}

        /**
         * The packages of a folder.
         *
         * @param folder where
         */
        record Packages(Path folder) implements Source {}
    }

    /**
     * Nothing made yet.
     *
     * @param made hears the name and the text of what was made
     */
    public CreateViewModel(
            EvidenceShelf shelf, Tasks tasks, Words words, Executor screen, BiConsumer<String, String> made) {
        this.shelf = shelf;
        this.sources = new PolicySources(words);
        this.tasks = tasks;
        this.words = words;
        this.screen = screen;
        this.made = made;
    }

    /** One is being made. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Why the last one was not made. */
    public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Why a name cannot be one: a sentence; empty where it can. */
    public static Optional<String> refusal(String name) {
        return PolicyName.problem(name);
    }

    /** Makes one. */
    public void make(String name, Source source) {
        if (busy.get()) {
            return;
        }
        busy.set(true);
        problem.set(null);
        TaskHandle<String> task =
                tasks.submit(words.of("policies.create.task", name), (_, cancellation) -> text(source, cancellation));
        running = task;
        var _ = task.result()
                .whenComplete((text, _) -> screen.execute(() -> {
                    busy.set(false);
                    if (text != null) {
                        made.accept(name, text);
                    } else {
                        problem.set(task.status().problem().orElse(null));
                    }
                }));
    }

    private String text(Source source, Cancellation cancellation) throws ProblemException, CancelledException {
        return switch (source) {
            case Source.Nothing _ -> RuntimePolicy.EMPTY_TEXT;
            case Source.MachineList(AgentId machine) -> {
                shelf.fetch(List.of(machine), _ -> {}, cancellation);
                List<String> rows = shelf.of(machine).orElse(List.of());
                if (rows.isEmpty()) {
                    throw Problems.thrown(words, "policies.no-list", null, machine.value());
                }
                yield sources.ofList(rows);
            }
            case Source.File(Path file) -> sources.ofFile(file);
            case Source.Folder(Path folder) -> sources.ofFolder(folder, cancellation);
            case Source.Packages(Path folder) -> sources.ofPackages(folder, cancellation);
        };
    }

    /** Breaks off what is being made. */
    public void cancel() {
        if (running != null) {
            running.cancel();
        }
    }

    /** What went wrong is forgotten. */
    public void begin() {
        problem.set(null);
    }
}

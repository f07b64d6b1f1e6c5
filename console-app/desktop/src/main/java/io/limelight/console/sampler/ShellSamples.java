package io.limelight.console.sampler;

import io.limelight.console.fleet.FleetSnapshot.Light.Status;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.shell.Environment;
import io.limelight.console.shell.Lamp;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.PaletteEntry;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.scene.Node;

/** The window around a page that says it is a sample: calm, in trouble, with the palette, with keys listed, with tasks. */
public final class ShellSamples {
    private final Words words;
    private final InstantSource clock;

    /** In a language. */
    public ShellSamples(Words words, InstantSource clock) {
        this.words = words;
        this.clock = clock;
    }

    /** Its pictures. */
    public List<Picture> pictures() {
        return List.of(
                new Picture("shell-calm", () -> shell(shell -> {})),
                new Picture("shell-palette", () -> shell(shell -> Platform.runLater(() -> shell.openPalette("sa")))),
                new Picture("shell-shortcuts", () -> shell(shell -> Platform.runLater(shell::openShortcuts))),
                tasksPicture(),
                new Picture("shell-trouble", () -> troubled()));
    }

    /** A window's content with everything in it. */
    public Shell shell(Consumer<Shell> then) {
        Shell shell = build(model());
        then.accept(shell);
        return shell;
    }

    private Shell troubled() {
        ShellViewModel model = model();
        model.environmentProperty().set(Environment.SANDBOX);
        model.put(new Lamp("verifier", Status.DOWN, "", trouble()));
        return build(model);
    }

    private ShellViewModel model() {
        ShellViewModel model = new ShellViewModel(words);
        model.profileProperty().set("sample");
        model.profiles().addAll("sample", "sample-2");
        model.environmentProperty().set(Environment.PRODUCTION);
        model.roleProperty().set(words.of("sampler.shell.role"));
        model.paceProperty().set(Duration.ofSeconds(5));
        model.loadProperty().set(words.of("shell.load", 0.4));
        model.put(new Lamp("verifier", Status.UP, words.of("shell.milliseconds", 9), null));
        model.put(new Lamp("registrar", Status.UP, words.of("shell.milliseconds", 7), null));
        model.put(new Lamp("ca", Status.UNKNOWN, "", null));
        model.counts().put("sampler.second", 4);
        return model;
    }

    private Shell build(ShellViewModel model) {
        java.util.concurrent.Executor work = task -> Thread.ofVirtual().start(task);
        Shell shell = new Shell(
                new Shell.Parts(
                        words,
                        new Theme(Theme.Choice.SYSTEM),
                        new Tasks(clock, work, words),
                        clock,
                        work,
                        Platform::runLater,
                        Remembered.inMemory()),
                model,
                List.of(
                        page("sampler.first", Glyph.ACTIVITY),
                        page("sampler.second", Glyph.SERVER),
                        page("sampler.third", Glyph.SETTINGS)));
        shell.setMachines(typed -> List.of(
                PaletteEntry.machine("sample-01", words.of("sampler.shell.machine"), MachineState.TRUSTED, () -> {}),
                PaletteEntry.machine("sample-07", words.of("sampler.shell.machine"), MachineState.FAILED, () -> {})));
        return shell;
    }

    /** Ready when two of three are over. */
    private Picture tasksPicture() {
        Shell[] drawn = new Shell[1];
        return new Picture(
                "shell-tasks",
                () -> {
                    drawn[0] = shell(this::tasks);
                    return drawn[0].taskCentre();
                },
                () -> {
                    boolean over = drawn[0].tasks().running() == 1;
                    drawn[0].taskCentre();
                    return over;
                },
                () -> drawn[0].tasks().close());
    }

    private void tasks(Shell shell) {
        shell.tasks().submit(words.of("sampler.shell.task1"), (progress, cancellation) -> {
            progress.step(words.of("sampler.steps.title"));
            progress.done(2, 5);
            cancellation.sleep(Duration.ofSeconds(30));
            return null;
        });
        shell.tasks().submit(words.of("sampler.shell.task2"), (progress, cancellation) -> null);
        shell.tasks().submit(words.of("sampler.shell.task3"), (progress, cancellation) -> {
            throw new ProblemException(trouble(), null);
        });
    }

    private Problem trouble() {
        return new Problem(
                "sampler.refused",
                words.of("sampler.problem.what"),
                List.of(words.of("sampler.problem.cause1")),
                List.of(words.of("sampler.problem.do")),
                "");
    }

    private Page page(String key, Glyph glyph) {
        EmptyState content = new EmptyState(
                words, glyph, words.of("sampler.empty.sentence"), words.of("sampler.empty.verb"), () -> {});
        return new Page() {
            @Override
            public String key() {
                return key;
            }

            @Override
            public Glyph glyph() {
                return glyph;
            }

            @Override
            public Node content() {
                return content;
            }
        };
    }
}

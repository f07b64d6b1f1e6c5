package io.limelight.console;

import io.limelight.console.records.ConsoleFolder;
import io.limelight.console.records.Records;
import io.limelight.console.sampler.SamplerWindow;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.shell.ConsoleWindow;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The console in its window. */
public final class ConsoleApp extends Application {
    private @Nullable AutoCloseable open;

    /** Made by the toolkit. */
    public ConsoleApp() {}

    private @Nullable Kept kept;

    /** On a thread that may wait, before there is a window. */
    @Override
    public void init() {
        kept = Kept.read(System.getenv(), Path.of("/"), Path.of(System.getProperty("user.home", ".")));
    }

    @Override
    public void start(Stage stage) throws ConsoleArguments.Wrong {
        ConsoleArguments arguments =
                ConsoleArguments.parse(getParameters().getRaw().toArray(String[]::new));
        open = openOn(stage, arguments, Objects.requireNonNull(kept));
    }

    /**
     * What is read before there is a window.
     *
     * @param records the console's own file
     * @param remembered what the window remembers
     * @param settings how the console behaves
     * @param work runs what waits
     * @param environment variables
     * @param root what {@code /} means
     * @param ownLog the console's own log; empty: it cannot be written
     */
    record Kept(
            Records records,
            Remembered remembered,
            SettingsViewModel settings,
            ExecutorService work,
            Map<String, String> environment,
            Path root,
            Optional<Path> ownLog) {
        /** Reads; blocks. */
        static Kept read(Map<String, String> environment, Path root, Path home) {
            ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
            ConsoleFolder folder = ConsoleFolder.of(environment, home);
            Optional<Path> ownLog = OwnLog.start(folder.path());
            Records records = Records.open(folder, Words.english(), new SecureRandom(), InstantSource.system());
            SettingsViewModel settings = new SettingsViewModel(records.remembered(), work, Platform::runLater);
            settings.loadNow();
            return new Kept(
                    records,
                    new RememberedTexts(records.remembered(), work),
                    settings,
                    work,
                    environment,
                    root,
                    ownLog);
        }
    }

    /** Opens the console on a window; closing the result ends what it does. */
    static AutoCloseable openOn(Stage stage, ConsoleArguments arguments, Kept kept) {
        Words words = new Words(kept.settings().languageProperty().get().locale(Locale.getDefault()), Words.Pseudo.OFF);
        InstantSource clock = InstantSource.system();
        Theme theme = new Theme(Theme.Choice.SYSTEM);
        if (arguments.program() == ConsoleArguments.Program.SAMPLER) {
            SamplerWindow.show(stage, words, clock, theme);
            return kept.records();
        }
        Tasks tasks = new Tasks(clock, kept.work(), words);
        ConsoleWiring wiring = new ConsoleWiring(
                new Shell.Parts(words, theme, tasks, clock, kept.work(), Platform::runLater, kept.remembered()),
                kept.records(),
                kept.settings(),
                kept.environment(),
                kept.root(),
                kept.ownLog());
        ConsoleWindow window =
                ConsoleWindow.show(stage, wiring.shell(), wiring.model(), words, theme, kept.remembered());
        kept.settings()
                .motionProperty()
                .subscribe(motion -> stage.getScene()
                        .getPreferences()
                        .setReducedMotion(
                                switch (motion) {
                                    case SYSTEM -> null;
                                    case FULL -> false;
                                    case REDUCED -> true;
                                }));
        wiring.onShow(shell -> window.show(shell, wiring.model()));
        if (!arguments.profile().isEmpty()) {
            wiring.openByName(arguments.profile());
        }
        return () -> {
            // What is under way is stopped and not waited for: a window closes at once.
            tasks.close();
            wiring.close();
            kept.work().shutdown();
            // A sandbox takes a moment to end in order; its children end with this process in any case.
            if (!kept.work().awaitTermination(10, TimeUnit.SECONDS)) {
                kept.work().shutdownNow();
            }
            kept.records().close();
        };
    }

    @Override
    public void stop() throws Exception {
        AutoCloseable all = open;
        if (all != null) {
            all.close();
        }
    }
}

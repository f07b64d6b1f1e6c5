package io.limelight.console;

import io.limelight.console.sampler.SamplerWindow;
import io.limelight.console.shell.ConsoleWindow;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** The console in its window. */
public final class ConsoleApp extends Application {
    private @Nullable AutoCloseable open;

    /** Made by the toolkit. */
    public ConsoleApp() {}

    @Override
    public void start(Stage stage) throws ConsoleArguments.Wrong {
        ConsoleArguments arguments =
                ConsoleArguments.parse(getParameters().getRaw().toArray(String[]::new));
        open = openOn(stage, arguments);
    }

    /** Opens the console on a window; closing the result ends what it does. */
    static AutoCloseable openOn(Stage stage, ConsoleArguments arguments) {
        Words words = Words.english();
        InstantSource clock = InstantSource.system();
        Theme theme = new Theme(Theme.Choice.SYSTEM);
        Remembered remembered = Remembered.inMemory();
        if (arguments.program() == ConsoleArguments.Program.SAMPLER) {
            SamplerWindow.show(stage, words, clock, theme);
            return () -> {};
        }
        ExecutorService work = Executors.newVirtualThreadPerTaskExecutor();
        Tasks tasks = new Tasks(clock, work, words);
        ConsoleWiring wiring = new ConsoleWiring(
                new Shell.Parts(words, theme, tasks, clock, work, Platform::runLater, remembered), arguments);
        ConsoleWindow.show(stage, wiring.shell(), wiring.model(), words, theme, remembered);
        return () -> {
            // What is under way is stopped and not waited for: a window closes at once.
            tasks.close();
            wiring.close();
            work.shutdownNow();
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

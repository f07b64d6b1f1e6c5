package io.limelight.console;

import io.limelight.console.harness.Harness;
import io.limelight.console.harness.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javafx.application.Platform;
import javafx.stage.Stage;
import javafx.stage.Window;

/** The toolkit without a screen. */
final class Headless {
    private static final long PATIENCE_SECONDS = 60;

    private Headless() {}

    /** Starts it; before this no class of the toolkit may have been started. */
    static void start() throws InterruptedException {
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        CountDownLatch up = new CountDownLatch(1);
        Platform.startup(up::countDown);
        if (!up.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the toolkit did not start within a minute");
        }
        Platform.setImplicitExit(false);
    }

    /** Drives the console's window by a script. */
    static int harness(ConsoleArguments parsed) throws InterruptedException {
        start();
        ConsoleApp.Kept kept =
                ConsoleApp.Kept.read(System.getenv(), Path.of("/"), Path.of(System.getProperty("user.home", ".")));
        CountDownLatch shown = new CountDownLatch(1);
        Platform.runLater(() -> {
            try {
                ConsoleApp.openOn(new Stage(), parsed.asConsole(), kept);
            } finally {
                shown.countDown();
            }
        });
        shown.await();
        try (BufferedReader script = parsed.script().equals("-")
                ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                : Files.newBufferedReader(Path.of(parsed.script()))) {
            return new Script(new Harness(Window::getWindows), System.out::println).run(script) ? 0 : 1;
        } catch (IOException e) {
            System.err.println("limelight: The script cannot be read: " + e.getMessage());
            return 2;
        } finally {
            Platform.exit();
        }
    }
}

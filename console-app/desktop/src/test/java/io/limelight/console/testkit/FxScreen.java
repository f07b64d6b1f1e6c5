package io.limelight.console.testkit;

import io.limelight.console.theme.Theme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A window of the headless toolkit: what a test does to it is done on the screen's thread. */
public final class FxScreen implements AutoCloseable {
    private static boolean started;

    private @Nullable Stage stage;
    private @Nullable Theme theme;

    private FxScreen() {}

    /** Starts the toolkit if it is not yet; it stays until the JVM ends. */
    public static synchronized FxScreen start() {
        if (!started) {
            CountDownLatch up = new CountDownLatch(1);
            Platform.setImplicitExit(false);
            try {
                Platform.startup(up::countDown);
                up.await();
            } catch (IllegalStateException e) {
                // Another test has started it.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            started = true;
        }
        return new FxScreen();
    }

    /** Does something on the screen's thread and waits for it. */
    public void run(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    /** Asks something on the screen's thread. */
    public <T> T call(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        if (Platform.isFxApplicationThread()) {
            task.run();
        } else {
            Platform.runLater(task);
        }
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("on the screen's thread: " + e.getCause(), e);
        }
    }

    /** Shows a node as a window's whole content, in the light theme. */
    public void show(Node content, double width, double height) {
        run(() -> {
            if (stage != null) {
                stage.hide();
            }
            if (content.getScene() != null) {
                content.getScene().setRoot(new javafx.scene.Group());
            }
            Scene scene = new Scene((Parent) content, width, height);
            theme = new Theme(Theme.Choice.LIGHT);
            theme.dress(scene);
            stage = new Stage();
            stage.setScene(scene);
            stage.show();
        });
    }

    /** The node that a selector finds. */
    public <T extends Node> T find(String selector, Class<T> type) {
        return call(() -> {
            Node found = stage.getScene().getRoot().lookup(selector);
            if (found == null) {
                throw new AssertionError("nothing on the screen is " + selector);
            }
            return type.cast(found);
        });
    }

    /** Draws the window light and dark, into {@code target/pictures}. */
    public void picture(String name) {
        for (Theme.Choice choice : new Theme.Choice[] {Theme.Choice.DARK, Theme.Choice.LIGHT}) {
            run(() -> theme.choiceProperty().set(choice));
            run(() -> {
                Scene scene = stage.getScene();
                scene.getRoot().applyCss();
                scene.getRoot().layout();
                Path file = Path.of("target", "pictures", name + "-" + choice.key() + ".png");
                try {
                    Files.createDirectories(file.getParent());
                    ImageIO.write(SwingFXUtils.fromFXImage(scene.snapshot(null), null), "png", file.toFile());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Override
    public void close() {
        run(() -> {
            if (stage != null) {
                stage.hide();
            }
        });
    }
}

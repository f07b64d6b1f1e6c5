package io.limelight.console;

import io.limelight.console.theme.Theme;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javafx.util.Subscription;
import org.testfx.api.FxToolkit;

/** Shows things on the headless screen and looks at them, on the screen's thread. */
public final class OnScreen {
    private static final int PULSES = 5;
    private static final long PATIENCE_SECONDS = 120;

    private OnScreen() {}

    /** Starts the toolkit, once. */
    public static void start() throws Exception {
        FxToolkit.registerPrimaryStage();
        Platform.setImplicitExit(false);
    }

    /** Asks something on the screen's thread. */
    public static <T> T ask(Supplier<T> question) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Shows a scene, waits until it has been drawn a few times, looks at it and takes it away. */
    public static <T> T look(
            Supplier<? extends Parent> root,
            Theme.Choice choice,
            double textScale,
            double width,
            double height,
            Function<Scene, T> eye)
            throws Exception {
        CompletableFuture<T> seen = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                Stage stage = new Stage();
                Scene scene = new Scene(root.get(), width, height);
                scene.getPreferences().setReducedMotion(true);
                Theme theme = new Theme(choice);
                theme.textScaleProperty().set(textScale);
                Subscription dressed = theme.dress(scene);
                stage.setScene(scene);
                stage.show();
                new AnimationTimer() {
                    private int pulses;

                    @Override
                    public void handle(long now) {
                        if (++pulses < PULSES) {
                            return;
                        }
                        stop();
                        try {
                            seen.complete(eye.apply(scene));
                        } catch (RuntimeException | Error e) {
                            seen.completeExceptionally(e);
                        }
                        dressed.unsubscribe();
                        stage.hide();
                    }
                }.start();
            } catch (RuntimeException | Error e) {
                seen.completeExceptionally(e);
            }
        });
        return seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}

package io.limelight.console;

import io.limelight.console.theme.Theme;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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

    /**
     * One look at a scene.
     *
     * @param choice of theme
     * @param textScale 1 is the usual size
     * @param eye what is asked when it has been drawn so
     */
    public record Look(Theme.Choice choice, double textScale, Consumer<Scene> eye) {}

    /**
     * Shows a scene and looks at it again and again, each time as asked and when it has been drawn a few times; then takes it away.
     *
     * @param ready asked until it says yes, before the first look
     */
    public static void look(
            Supplier<? extends Parent> root, BooleanSupplier ready, double width, double height, List<Look> looks)
            throws Exception {
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                new Showing(root.get(), ready, width, height, looks, seen).start();
            } catch (RuntimeException | Error e) {
                seen.completeExceptionally(e);
            }
        });
        seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** A scene on its stage, pulse by pulse. */
    private static final class Showing extends AnimationTimer {
        private final Scene scene;
        private final Stage stage = new Stage();
        private final Theme theme;
        private final Subscription dressed;
        private final BooleanSupplier ready;
        private final Iterator<Look> looks;
        private final CompletableFuture<Boolean> seen;
        private Look look;
        private int pulses;

        Showing(
                Parent root,
                BooleanSupplier ready,
                double width,
                double height,
                List<Look> looks,
                CompletableFuture<Boolean> seen) {
            this.ready = ready;
            this.looks = looks.iterator();
            this.seen = seen;
            look = this.looks.next();
            scene = new Scene(root, width, height);
            scene.getPreferences().setReducedMotion(true);
            theme = new Theme(look.choice());
            theme.textScaleProperty().set(look.textScale());
            dressed = theme.dress(scene);
            stage.setScene(scene);
            stage.show();
        }

        @Override
        public void handle(long now) {
            try {
                if (!ready.getAsBoolean() || ++pulses < PULSES) {
                    return;
                }
                look.eye().accept(scene);
                if (looks.hasNext()) {
                    look = looks.next();
                    theme.choiceProperty().set(look.choice());
                    theme.textScaleProperty().set(look.textScale());
                    pulses = 0;
                    return;
                }
                seen.complete(true);
            } catch (RuntimeException | Error e) {
                seen.completeExceptionally(e);
            }
            stop();
            dressed.unsubscribe();
            stage.hide();
        }
    }
}

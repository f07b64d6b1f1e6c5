package io.limelight.console.pictures;

import io.limelight.console.theme.Theme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Scene;
import javafx.scene.image.WritableImage;
import javafx.stage.Stage;
import javafx.stage.StageStyle;
import javafx.util.Subscription;
import javax.imageio.ImageIO;

/** Draws pictures into PNG files, by the toolkit that runs already. Scenes are drawn as they are in a window, whatever the screen's size. */
public final class Darkroom {
    /** A scene needs a few pulses until tables have rows and tabs their line. */
    private static final int PULSES = 6;

    private static final long PATIENCE_SECONDS = 90;

    /**
     * How to draw.
     *
     * @param themes light, dark or both
     * @param width of the scene
     * @param height of the scene
     * @param textScale 1 is as designed
     * @param only a glob of names: {@code machines-*}
     */
    public record Order(List<Theme.Choice> themes, double width, double height, double textScale, String only) {
        /** Both themes, 1440 by 900. */
        public static Order usual() {
            return new Order(List.of(Theme.Choice.LIGHT, Theme.Choice.DARK), 1440, 900, Theme.USUAL, "*");
        }

        /** In these themes. */
        public Order in(List<Theme.Choice> choices) {
            return new Order(List.copyOf(choices), width, height, textScale, only);
        }

        /** Of this size. */
        public Order sized(double wide, double high) {
            return new Order(themes, wide, high, textScale, only);
        }

        /** With text of this scale. */
        public Order scaled(double scale) {
            return new Order(themes, width, height, scale, only);
        }

        /** Only pictures whose name matches. */
        public Order only(String glob) {
            return new Order(themes, width, height, textScale, glob);
        }
    }

    private Darkroom() {}

    /**
     * Draws, and returns the files. Must not be called on the screen's thread.
     *
     * @param told hears of each file
     */
    public static List<Path> develop(List<Picture> pictures, Path folder, Order order, Consumer<Path> told)
            throws IOException, InterruptedException {
        io.limelight.console.work.ScreenThread.refuse("Drawing pictures");
        Files.createDirectories(folder);
        PathMatcher only = FileSystems.getDefault().getPathMatcher("glob:" + order.only());
        List<Path> files = new ArrayList<>();
        for (Theme.Choice choice : order.themes()) {
            for (Picture picture : pictures) {
                if (only.matches(Path.of(picture.name()))) {
                    Path file = folder.resolve(picture.name() + "-" + choice.key() + ".png");
                    write(take(picture, choice, order), file);
                    files.add(file);
                    told.accept(file);
                }
            }
        }
        return files;
    }

    private static WritableImage take(Picture picture, Theme.Choice choice, Order order)
            throws IOException, InterruptedException {
        CompletableFuture<WritableImage> taken = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                new Exposure(picture, choice, order, taken).begin();
            } catch (RuntimeException e) {
                taken.completeExceptionally(e);
            }
        });
        try {
            return taken.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    "The picture " + picture.name() + " could not be drawn: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    "The picture " + picture.name() + " was not ready after " + PATIENCE_SECONDS + " seconds.", e);
        }
    }

    /** One scene in a window of its own for as long as it takes. */
    private static final class Exposure extends AnimationTimer {
        private final Picture picture;
        private final CompletableFuture<WritableImage> taken;
        private final Stage stage = new Stage(StageStyle.UNDECORATED);
        private final Scene scene;
        private final Subscription dressed;
        private int pulses;

        Exposure(Picture picture, Theme.Choice choice, Order order, CompletableFuture<WritableImage> taken) {
            this.picture = picture;
            this.taken = taken;
            scene = new Scene(picture.scene().get(), order.width(), order.height());
            scene.getPreferences().setReducedMotion(true);
            Theme theme = new Theme(choice);
            theme.textScaleProperty().set(order.textScale());
            dressed = theme.dress(scene);
            stage.setScene(scene);
            stage.setWidth(order.width());
            stage.setHeight(order.height());
        }

        void begin() {
            stage.show();
            start();
        }

        @Override
        public void handle(long now) {
            // A picture that was given up must not keep its window.
            if (taken.isDone()) {
                end();
                return;
            }
            try {
                if (!picture.ready().getAsBoolean() || ++pulses < PULSES) {
                    return;
                }
                taken.complete(scene.snapshot(null));
            } catch (RuntimeException e) {
                taken.completeExceptionally(e);
            }
            end();
        }

        private void end() {
            stop();
            dressed.unsubscribe();
            stage.hide();
            picture.done().run();
        }
    }

    private static void write(WritableImage image, Path file) {
        try {
            if (!ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file.toFile())) {
                throw new IOException("this Java writes no PNG");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The picture " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}

package io.limelight.console.shell;

import javafx.geometry.Rectangle2D;
import javafx.stage.Screen;
import javafx.stage.Stage;

/** A window comes back where it was and as large as it was, if that place is still on a screen. */
final class WindowMemory {
    private static final double USUAL_WIDTH = 1440;
    private static final double USUAL_HEIGHT = 900;
    private static final double SMALLEST_WIDTH = 800;
    private static final double SMALLEST_HEIGHT = 560;
    private static final double VISIBLE = 80;

    private final Remembered remembered;

    WindowMemory(Remembered remembered) {
        this.remembered = remembered;
    }

    void restore(Stage stage) {
        Rectangle2D screen = Screen.getPrimary().getVisualBounds();
        stage.setMinWidth(SMALLEST_WIDTH);
        stage.setMinHeight(SMALLEST_HEIGHT);
        stage.setWidth(Math.max(
                SMALLEST_WIDTH, remembered.number("window.width").orElse(Math.min(USUAL_WIDTH, screen.getWidth()))));
        stage.setHeight(Math.max(
                SMALLEST_HEIGHT,
                remembered.number("window.height").orElse(Math.min(USUAL_HEIGHT, screen.getHeight()))));
        remembered
                .number("window.x")
                .ifPresent(x -> remembered.number("window.y").ifPresent(y -> {
                    if (!Screen.getScreensForRectangle(x + VISIBLE, y, VISIBLE, VISIBLE)
                            .isEmpty()) {
                        stage.setX(x);
                        stage.setY(y);
                    }
                }));
        remembered.get("window.maximized").ifPresent(value -> stage.setMaximized(Boolean.parseBoolean(value)));
    }

    void keep(Stage stage) {
        remembered.put("window.maximized", String.valueOf(stage.isMaximized()));
        if (!stage.isMaximized() && !stage.isIconified() && !stage.isFullScreen()) {
            remembered.put("window.width", String.valueOf(stage.getWidth()));
            remembered.put("window.height", String.valueOf(stage.getHeight()));
            remembered.put("window.x", String.valueOf(stage.getX()));
            remembered.put("window.y", String.valueOf(stage.getY()));
        }
    }
}

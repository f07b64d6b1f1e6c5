package io.limelight.console.shell;

import java.util.List;
import java.util.stream.Stream;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.SnapshotParameters;
import javafx.scene.image.Image;
import javafx.scene.paint.Color;
import javafx.scene.paint.CycleMethod;
import javafx.scene.paint.LinearGradient;
import javafx.scene.paint.Stop;
import javafx.scene.shape.Rectangle;
import javafx.scene.shape.SVGPath;
import javafx.scene.shape.StrokeLineCap;
import javafx.scene.shape.StrokeLineJoin;
import javafx.scene.transform.Scale;

/** The application's icon, the paths of {@code limelight.svg}. The same in both themes, so its colours are no roles. */
final class Mark {
    private static final double GRID = 512;
    private static final Color LIME = Color.web("#a9d834");
    private static final Color PALE = Color.web("#f6fce0");

    private Mark() {}

    static Node of(double size) {
        Rectangle ground = new Rectangle(GRID, GRID);
        ground.setArcWidth(224);
        ground.setArcHeight(224);
        ground.setFill(new LinearGradient(
                0,
                0,
                1,
                1,
                true,
                CycleMethod.NO_CYCLE,
                new Stop(0, Color.web("#2b3d12")),
                new Stop(1, Color.web("#141d09"))));
        SVGPath rind = path("M411.5 96.6A334 334 0 0 1 96.6 411.5", LIME, 42);
        rind.setFill(null);
        Group drawing = new Group(
                ground,
                path("M143.7 95.6L337.4 95A260 260 0 0 1 311.2 193Z", LIME, 12),
                path("M126.1 126.1L294.2 222.4A260 260 0 0 1 222.4 294.2Z", PALE, 12),
                path("M95.6 143.7L193 311.2A260 260 0 0 1 95 337.4Z", LIME, 12),
                rind);
        drawing.getTransforms().add(new Scale(size / GRID, size / GRID));
        // A group around takes the drawing's size after scaling.
        Group mark = new Group(drawing);
        mark.setMouseTransparent(true);
        return mark;
    }

    /** For windows; on the screen's thread. */
    static List<Image> images() {
        SnapshotParameters clear = new SnapshotParameters();
        clear.setFill(Color.TRANSPARENT);
        return Stream.of(32, 64, 256)
                .<Image>map(size -> of(size).snapshot(clear, null))
                .toList();
    }

    private static SVGPath path(String content, Color color, double stroke) {
        SVGPath path = new SVGPath();
        path.setContent(content);
        path.setFill(color);
        path.setStroke(color);
        path.setStrokeWidth(stroke);
        path.setStrokeLineJoin(StrokeLineJoin.ROUND);
        path.setStrokeLineCap(StrokeLineCap.ROUND);
        return path;
    }
}

package io.limelight.console.kit;

import java.util.Locale;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.shape.FillRule;
import javafx.scene.shape.SVGPath;

/**
 * Shapes of states, on a grid of 16 and filled, never stroked, so that they scale with the text. Every state has one of its own: who
 * sees no colours sees it still.
 */
public enum Shapes {
    /** Waiting. */
    RING(Paths.RING, 14, 14),
    /** Proving, running. */
    HALF(Paths.DISC + "M8 2.75A5.25 5.25 0 0 0 8 13.25Z", 14, 14),
    /** Trusted. */
    DISC_TICK(Paths.DISC + "M3.88 8.92L7.05 12.08L12.16 6.17L10.84 5.03L6.95 9.52L5.12 7.68Z", 14, 14),
    /** Stale. */
    RING_HANDS(Paths.RING + "M8.75 4.2L8.75 7.87L11.08 9.25L10.32 10.55L7.25 8.73L7.25 4.2Z", 14, 14),
    /** Failed. */
    OCTAGON_CROSS(
            "M5.1 1H10.9L15 5.1V10.9L10.9 15H5.1L1 10.9V5.1Z"
                    + "M8 6.76L6.14 4.91L4.91 6.14L6.76 8L4.91 9.86L6.14 11.09L8 9.24L9.86 11.09L11.09 9.86L9.24 8L11.09"
                    + " 6.14L9.86 4.91Z",
            14,
            14),
    /** Revoked. */
    RING_BAR(Paths.RING + "M12.57 4.67L4.67 12.57L3.43 11.33L11.33 3.43Z", 14, 14),
    /** A check that passed. */
    TICK("M2.21 7.29L5.96 11.05L13.75 2.33L15.25 3.67L6.04 13.95L0.79 8.71Z", 12, 9.7),
    /** Warning. */
    TRIANGLE("M8 1.2L15.4 14.4H0.6ZM7.1 5.6V10H8.9V5.6ZM7.1 11.2V12.9H8.9V11.2Z", 14, 12.6),
    /** Hint. */
    DISC_I(Paths.DISC + "M7.1 7V12H8.9V7ZM7.1 4.1V5.8H8.9V4.1Z", 14, 14),
    /** Left out. */
    DASH("M3 7.1H13V8.9H3Z", 10, 1.8),
    /** Not begun. */
    DOT("M8 5A3 3 0 1 1 8 11A3 3 0 1 1 8 5Z", 6, 6);

    private static final double BODY = 13;

    private final String path;
    private final double width;
    private final double height;

    Shapes(String path, double width, double height) {
        this.path = path;
        this.width = width;
        this.height = height;
    }

    /** A box for a shape, 14 at 100 % text; the classes {@code small} (12) and {@code large} (18) change that. */
    static StackPane box() {
        Region shape = new Region();
        shape.getStyleClass().add("shape");
        StackPane box = new StackPane(shape);
        box.getStyleClass().add("shape-box");
        box.setMouseTransparent(true);
        return box;
    }

    /** A box with this shape. */
    public StackPane boxed(String... styleClasses) {
        StackPane box = box();
        box.getStyleClass().addAll(styleClasses);
        putInto(box);
        return box;
    }

    /** Puts this shape into a box. */
    void putInto(StackPane box) {
        Region region = (Region) box.getChildren().getFirst();
        SVGPath outline = new SVGPath();
        outline.setFillRule(FillRule.EVEN_ODD);
        outline.setContent(path);
        region.setShape(outline);
        region.setRotate(0);
        String size = String.format(
                Locale.ROOT,
                "-fx-pref-width:%1$.4fem;-fx-pref-height:%2$.4fem;-fx-max-width:%1$.4fem;-fx-max-height:%2$.4fem;"
                        + "-fx-min-width:%1$.4fem;-fx-min-height:%2$.4fem;",
                width / BODY,
                height / BODY);
        if (!size.equals(region.getStyle())) {
            region.setStyle(size);
        }
    }

    /** Parts that several share; a class of their own, since an enum's constants are made before its fields. */
    private static final class Paths {
        static final String DISC = "M8 1A7 7 0 1 1 8 15A7 7 0 1 1 8 1Z";
        static final String RING = DISC + "M8 2.75A5.25 5.25 0 1 0 8 13.25A5.25 5.25 0 1 0 8 2.75Z";
    }
}

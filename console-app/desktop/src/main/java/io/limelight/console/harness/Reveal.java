package io.limelight.console.harness;

import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.ScrollPane;

/** Scrolls to something, as somebody would who wants to click it. */
final class Reveal {
    private Reveal() {}

    /** Moves every scroll pane around it so that as much of it as fits is shown, its beginning first. */
    static void node(Node node) {
        for (Parent parent = node.getParent(); parent != null; parent = parent.getParent()) {
            if (parent instanceof ScrollPane pane && pane.getContent() != null) {
                within(pane, pane.getContent(), node);
            }
        }
    }

    private static void within(ScrollPane pane, Node content, Node node) {
        Bounds place = content.sceneToLocal(node.localToScene(node.getLayoutBounds()));
        Bounds whole = content.getLayoutBounds();
        Bounds shown = pane.getViewportBounds();
        double range = pane.getVmax() - pane.getVmin();
        double hidden = whole.getHeight() - shown.getHeight();
        if (hidden > 0) {
            double top = pane.getVmin() + range * bounded(place.getMinY() - whole.getMinY(), hidden);
            double bottom =
                    pane.getVmin() + range * bounded(place.getMaxY() - whole.getMinY() - shown.getHeight(), hidden);
            pane.setVvalue(Math.min(top, Math.max(bottom, pane.getVvalue())));
        }
        double width = pane.getHmax() - pane.getHmin();
        double beside = whole.getWidth() - shown.getWidth();
        if (beside > 0) {
            double left = pane.getHmin() + width * bounded(place.getMinX() - whole.getMinX(), beside);
            double right =
                    pane.getHmin() + width * bounded(place.getMaxX() - whole.getMinX() - shown.getWidth(), beside);
            pane.setHvalue(Math.min(left, Math.max(right, pane.getHvalue())));
        }
    }

    private static double bounded(double offset, double hidden) {
        return Math.max(0, Math.min(1, offset / hidden));
    }
}

package io.limelight.console.tour;

import io.limelight.console.shell.Covering;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Optional;
import javafx.geometry.BoundingBox;
import javafx.geometry.Bounds;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.scene.shape.ClosePath;
import javafx.scene.shape.FillRule;
import javafx.scene.shape.LineTo;
import javafx.scene.shape.MoveTo;
import javafx.scene.shape.Path;
import javafx.scene.shape.PathElement;
import javafx.scene.shape.Rectangle;
import org.jspecify.annotations.Nullable;

/**
 * The tour over the window: everything is dimmed but what it points at, and a box beside that says what it is. Nothing moves; the
 * keyboard stays in the box until the tour ends, and goes back to who had it.
 */
public final class TourCallout extends Pane implements Covering {
    private static final double GAP = 12;
    private static final double EDGE = 16;
    private static final double AROUND = 4;

    private final Words words;
    private final TourViewModel model;
    private final Node window;
    private final Path dim = new Path();
    private final Rectangle frame = new Rectangle();
    private final Label count = label("muted");
    private final Label title = label("detail-title");
    private final Label text = label();
    private final Button back;
    private final Button next;
    private final Button end;
    private final VBox box;
    private @Nullable Node before;

    /**
     * Hidden until the tour begins.
     *
     * @param window what is looked at
     */
    public TourCallout(Words words, TourViewModel model, Node window) {
        this.words = words;
        this.model = model;
        this.window = window;
        setId("tour");
        dim.getStyleClass().add("tour-dim");
        dim.setFillRule(FillRule.EVEN_ODD);
        frame.getStyleClass().add("tour-frame");
        frame.setMouseTransparent(true);
        next = button("tour-next", model::next);
        next.getStyleClass().add("accent");
        next.setDefaultButton(false);
        back = button("tour-back", model::back);
        back.setText(words.of("tour.back"));
        end = button("tour-end", model::end);
        end.setText(words.of("tour.end"));
        FlowPane verbs = new FlowPane(next, back, end);
        verbs.getStyleClass().add("verbs");
        box = new VBox(count, title, text, verbs);
        box.getStyleClass().add("tour-box");
        box.setAccessibleRole(AccessibleRole.DIALOG);
        getChildren().addAll(dim, frame, box);
        setVisible(false);
        setManaged(false);
        addEventFilter(KeyEvent.KEY_PRESSED, this::keys);
        // What is below is not for now.
        dim.setOnMouseClicked(javafx.event.Event::consume);
        model.stepProperty().subscribe(this::draw);
    }

    /** Where a step points at, in a window; empty: there is nothing to see of it. */
    public static Optional<Node> target(Node window, TourStep step) {
        Node node = window.lookup(step.selector());
        if (node == null || node.getScene() == null) {
            return Optional.empty();
        }
        for (Node each = node; each != null; each = each.getParent()) {
            if (!each.isVisible()) {
                return Optional.empty();
            }
        }
        Bounds bounds = node.getLayoutBounds();
        return bounds.getWidth() < 1 || bounds.getHeight() < 1 ? Optional.empty() : Optional.of(node);
    }

    private void draw(Optional<TourStep> step) {
        boolean was = isVisible();
        setVisible(step.isPresent());
        setManaged(step.isPresent());
        if (step.isEmpty()) {
            Node owner = before;
            before = null;
            if (was && owner != null && owner.getScene() != null) {
                owner.requestFocus();
            }
            return;
        }
        if (!was) {
            Scene scene = getScene();
            before = scene == null ? null : scene.getFocusOwner();
            toFront();
        }
        String key = "tour." + step.get().key();
        boolean last = model.number() == model.count();
        count.setText(words.of("tour.count", model.number(), model.count()));
        title.setText(words.of(key + ".what"));
        text.setText(words.of(key + ".text"));
        box.setAccessibleText(title.getText() + ". " + text.getText());
        next.setText(words.of(last ? "tour.done" : "tour.next"));
        back.setDisable(model.number() == 1);
        end.setVisible(!last);
        end.setManaged(!last);
        requestLayout();
        next.requestFocus();
    }

    private void keys(KeyEvent event) {
        if (event.getCode() == KeyCode.ESCAPE) {
            model.end();
            event.consume();
        } else if (event.getCode() == KeyCode.RIGHT) {
            model.next();
            event.consume();
        } else if (event.getCode() == KeyCode.LEFT) {
            model.back();
            event.consume();
        } else if (event.getCode() == KeyCode.TAB) {
            // Everything else is covered.
            List<Button> buttons = List.of(next, back, end).stream()
                    .filter(button -> button.isVisible() && !button.isDisabled())
                    .toList();
            int at = buttons.stream()
                    .filter(Node::isFocused)
                    .map(buttons::indexOf)
                    .findFirst()
                    .orElse(0);
            int step = event.isShiftDown() ? buttons.size() - 1 : 1;
            buttons.get((at + step) % buttons.size()).requestFocus();
            event.consume();
        }
    }

    @Override
    protected void layoutChildren() {
        Bounds hole = model.stepProperty()
                .get()
                .flatMap(step -> target(window, step))
                .map(this::place)
                .orElseGet(() -> new BoundingBox(getWidth() / 2, getHeight() / 2, 0, 0));
        dim.getElements().setAll(rectangle(0, 0, getWidth(), getHeight()));
        dim.getElements().addAll(rectangle(hole.getMinX(), hole.getMinY(), hole.getWidth(), hole.getHeight()));
        frame.setX(hole.getMinX());
        frame.setY(hole.getMinY());
        frame.setWidth(hole.getWidth());
        frame.setHeight(hole.getHeight());
        double width = Math.min(box.prefWidth(-1), Math.max(0, getWidth() - 2 * EDGE));
        double height = Math.min(box.prefHeight(width), Math.max(0, getHeight() - 2 * EDGE));
        box.resizeRelocate(
                Math.clamp(left(hole, width, height), EDGE, Math.max(EDGE, getWidth() - width - EDGE)),
                Math.clamp(top(hole, width, height), EDGE, Math.max(EDGE, getHeight() - height - EDGE)),
                width,
                height);
    }

    /** What is seen of it, a little larger. */
    private Bounds place(Node node) {
        Bounds there = sceneToLocal(node.localToScene(node.getLayoutBounds()));
        double left = Math.max(0, there.getMinX() - AROUND);
        double top = Math.max(0, there.getMinY() - AROUND);
        return new BoundingBox(
                left,
                top,
                Math.max(0, Math.min(getWidth(), there.getMaxX() + AROUND) - left),
                Math.max(0, Math.min(getHeight(), there.getMaxY() + AROUND) - top));
    }

    /** Below where there is room, else beside, else over its end: what it says first is not covered. */
    private double top(Bounds hole, double width, double height) {
        if (below(hole, height)) {
            return hole.getMaxY() + GAP;
        }
        return beside(hole, width) ? hole.getMinY() + EDGE : hole.getMaxY() - height - EDGE;
    }

    private double left(Bounds hole, double width, double height) {
        if (below(hole, height)) {
            return hole.getMinX();
        }
        return beside(hole, width) ? hole.getMaxX() + GAP : hole.getMinX() + (hole.getWidth() - width) / 2;
    }

    private boolean below(Bounds hole, double height) {
        return hole.getMaxY() + GAP + height + EDGE <= getHeight();
    }

    private boolean beside(Bounds hole, double width) {
        return hole.getMaxX() + GAP + width + EDGE <= getWidth();
    }

    private static PathElement[] rectangle(double x, double y, double width, double height) {
        return new PathElement[] {
            new MoveTo(x, y),
            new LineTo(x + width, y),
            new LineTo(x + width, y + height),
            new LineTo(x, y + height),
            new ClosePath()
        };
    }

    private static Label label(String... styleClasses) {
        Label label = new Label();
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        label.getStyleClass().addAll(styleClasses);
        return label;
    }

    private static Button button(String id, Runnable action) {
        Button button = new Button();
        button.setId(id);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
    }
}

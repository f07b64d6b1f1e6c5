package io.limelight.console.payloads;

import io.limelight.console.kit.ShapeMark;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ScriptFinding;
import io.limelight.core.payload.ScriptFinding.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;

/** A text with the numbers of its lines, and marks where there is something to know. */
final class ScriptEditor extends BorderPane {
    private static final double TOP = 8;

    private final Words words;
    private final TextArea area = new TextArea();
    private final Pane gutter = new Pane();
    private final Text measure = new Text("0");
    private final Map<Integer, ScriptFinding> marks = new HashMap<>();
    private boolean showing;

    ScriptEditor(Words words, java.util.function.Consumer<String> typed) {
        this.words = words;
        getStyleClass().add("script-editor");
        area.setId("script");
        area.getStyleClass().addAll("mono", "code");
        area.setAccessibleText(words.of("payloads.script"));
        area.textProperty().subscribe(text -> {
            if (!showing) {
                typed.accept(text);
            }
            drawGutter();
        });
        // Tab leaves, as everywhere; Ctrl+Tab puts one in.
        area.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.TAB && !event.isControlDown()) {
                event.consume();
                area.requestFocusTraversal(
                        event.isShiftDown()
                                ? javafx.scene.TraversalDirection.PREVIOUS
                                : javafx.scene.TraversalDirection.NEXT);
            }
        });
        gutter.getStyleClass().add("gutter");
        gutter.setMinWidth(0);
        Rectangle clip = new Rectangle();
        clip.widthProperty().bind(gutter.widthProperty());
        clip.heightProperty().bind(gutter.heightProperty());
        gutter.setClip(clip);
        area.scrollTopProperty().subscribe(_ -> drawGutter());
        area.heightProperty().subscribe(_ -> drawGutter());
        area.fontProperty().subscribe(font -> {
            measure.setFont(font);
            drawGutter();
        });
        setLeft(gutter);
        setCenter(area);
    }

    /** Shows a text that was not typed here. */
    void show(String text) {
        // The area knows no CR; a text that only differs in those is the one it shows.
        String shown = area.getText();
        if (!shown.equals(text) && !shown.equals(text.replace("\r", ""))) {
            showing = true;
            try {
                area.setText(text);
            } finally {
                showing = false;
            }
        }
    }

    void mark(List<ScriptFinding> findings) {
        marks.clear();
        for (ScriptFinding finding : findings) {
            if (finding.severity() != Severity.HINT) {
                marks.merge(
                        finding.line(),
                        finding,
                        (one, other) -> one.severity().compareTo(other.severity()) <= 0 ? one : other);
            }
        }
        drawGutter();
    }

    /** Puts the caret on a line. */
    void go(int line) {
        String text = area.getText();
        int at = 0;
        for (int i = 1; i < line; i++) {
            int next = text.indexOf('\n', at);
            if (next < 0) {
                break;
            }
            at = next + 1;
        }
        int end = text.indexOf('\n', at);
        area.requestFocus();
        area.selectRange(end < 0 ? text.length() : end, at);
    }

    TextArea area() {
        return area;
    }

    private void drawGutter() {
        // Each line is a text of its own in the area, as high as this one.
        measure.setText("0");
        double height = area.snapSizeY(measure.getLayoutBounds().getHeight());
        measure.setText("0000");
        double wide = measure.getLayoutBounds().getWidth();
        gutter.setPrefWidth(wide + height * 1.6);
        gutter.getChildren().clear();
        long lines = area.getText().chars().filter(c -> c == '\n').count() + 1;
        double top = area.getScrollTop();
        int first = (int) Math.max(0, (top - TOP) / height);
        int last = (int) Math.min((double) lines, first + area.getHeight() / height + 2);
        for (int i = first; i < last; i++) {
            Label number = Bits.label(Integer.toString(i + 1), "gutter-number", "mono");
            number.setFont(area.getFont());
            number.setPrefWidth(wide);
            number.relocate(0, TOP + i * height - top);
            gutter.getChildren().add(number);
            ScriptFinding finding = marks.get(i + 1);
            if (finding != null) {
                Node shape = finding.severity() == Severity.ERROR
                        ? ShapeMark.failed("danger")
                        : ShapeMark.warning("warning");
                HBox mark = new HBox(shape);
                mark.setAccessibleText(words.of("payloads.line", finding.line(), finding.sentence()));
                mark.relocate(wide + 4, TOP + i * height - top + 2);
                gutter.getChildren().add(mark);
            }
        }
    }
}

package io.limelight.console.revocations;

import io.limelight.console.kit.Shapes;
import java.util.Objects;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** Small parts that the views of this room share. */
final class Bits {
    private Bits() {}

    static String sheet() {
        return Objects.requireNonNull(
                        Bits.class.getResource("revocations.css"), "revocations.css is part of this program")
                .toExternalForm();
    }

    static Label label(String text, String... styleClasses) {
        Label label = new Label(text);
        label.getStyleClass().addAll(styleClasses);
        return label;
    }

    static Label wrapped(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    static Label whole(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.setMinWidth(Region.USE_PREF_SIZE);
        return label;
    }

    static Region gap() {
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        return gap;
    }

    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    /** Word and shape in the colour of a state. */
    static HBox badge(Shapes shape, String styleClass, String word, boolean pill) {
        HBox badge = new HBox(shape.boxed(), whole(word));
        badge.getStyleClass().addAll("state-badge", styleClass);
        if (pill) {
            badge.getStyleClass().add("pill");
        }
        badge.setMinWidth(Region.USE_PREF_SIZE);
        badge.setAccessibleRole(AccessibleRole.TEXT);
        badge.setAccessibleText(word);
        return badge;
    }

    /** A shape and a sentence beside it. */
    static HBox checked(Shapes shape, String styleClass, String sentence) {
        Label text = wrapped(sentence);
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox row = new HBox(shape.boxed(styleClass), text);
        row.getStyleClass().add("checked");
        return row;
    }

    static GridPane grid() {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("fact-grid");
        javafx.scene.layout.ColumnConstraints names = new javafx.scene.layout.ColumnConstraints();
        names.setMinWidth(Region.USE_PREF_SIZE);
        javafx.scene.layout.ColumnConstraints values = new javafx.scene.layout.ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().addAll(names, values);
        return grid;
    }

    static void row(GridPane grid, String name, Node value) {
        Label label = whole(name, "muted");
        GridPane.setValignment(label, javafx.geometry.VPos.TOP);
        grid.addRow(grid.getRowCount(), label, value);
    }
}

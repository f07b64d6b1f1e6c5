package io.limelight.console.activity;

import io.limelight.console.words.Words;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javafx.beans.property.Property;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** Small things the page is made of. */
final class Bits {
    private Bits() {}

    static String sheet() {
        return Objects.requireNonNull(Bits.class.getResource("activity.css"), "part of this program")
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

    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    static GridPane grid() {
        GridPane grid = new GridPane();
        grid.getStyleClass().addAll("activity-facts", "well");
        ColumnConstraints names = new ColumnConstraints();
        names.setMinWidth(Region.USE_PREF_SIZE);
        ColumnConstraints values = new ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().addAll(names, values);
        return grid;
    }

    static void row(GridPane grid, String name, Node value) {
        Label label = label(name, "muted");
        label.setMinWidth(Region.USE_PREF_SIZE);
        GridPane.setValignment(label, VPos.TOP);
        grid.addRow(grid.getRowCount(), label, value);
    }

    /** A choice of one enum's values, in words. */
    static <E> ComboBox<E> choice(
            Words words, String id, String nameKey, List<E> values, Function<E, String> text, Property<E> property) {
        ComboBox<E> box = new ComboBox<>();
        box.getItems().setAll(values);
        box.setId(id);
        box.setAccessibleText(words.of(nameKey));
        box.setMinWidth(Region.USE_PREF_SIZE);
        box.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable E value) {
                return value == null ? "" : text.apply(value);
            }

            @Override
            public @Nullable E fromString(String typed) {
                return null;
            }
        });
        box.valueProperty().bindBidirectional(property);
        return box;
    }

    /** A digest as people compare it: eights, four a line. */
    static String grouped(String hex) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < hex.length(); i += 8) {
            if (i > 0) {
                text.append(i % 32 == 0 ? '\n' : ' ');
            }
            text.append(hex, i, Math.min(hex.length(), i + 8));
        }
        return text.toString();
    }
}

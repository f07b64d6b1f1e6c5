package io.limelight.console.ca;

import io.limelight.console.kit.Shapes;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Objects;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Small parts that the pages of this room share. */
final class Parts {
    private Parts() {}

    static String sheet() {
        return Objects.requireNonNull(Parts.class.getResource("ca.css"), "ca.css is part of this program")
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

    static Region gap() {
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        return gap;
    }

    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    static VBox field(String name, Node control, Node focus) {
        Label label = label(name, "field-name");
        label.setLabelFor(focus);
        focus.setAccessibleText(name);
        VBox box = new VBox(label, control);
        box.getStyleClass().add("field");
        return box;
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
        Label label = label(name, "muted");
        label.setMinWidth(Region.USE_PREF_SIZE);
        GridPane.setValignment(label, javafx.geometry.VPos.TOP);
        grid.addRow(grid.getRowCount(), label, value);
    }

    /** A certificate holds whatever somebody put there. */
    static String printable(String text) {
        String cut = text.length() > 500 ? text.substring(0, 500) + "\u2026" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }

    static String date(Words words, Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }

    static String time(Words words, Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }

    /** A badge in word, shape and colour. */
    static HBox badge(Words words, CaRow row, Instant now, boolean pill) {
        Shapes shape = switch (row.badge()) {
            case VALID -> Shapes.DISC_TICK;
            case EXPIRING -> Shapes.RING_HANDS;
            case EXPIRED -> Shapes.OCTAGON_CROSS;
            case REVOKED -> Shapes.RING_BAR;
            case SUPERSEDED -> Shapes.DASH;
            case UNKNOWN -> Shapes.RING;
        };
        String styleClass = switch (row.badge()) {
            case VALID -> "state-trusted";
            case EXPIRING -> "state-stale";
            case EXPIRED -> "state-failed";
            case REVOKED -> "state-revoked";
            case SUPERSEDED, UNKNOWN -> "state-waiting";
        };
        String text = text(words, row, now);
        Label word = label(text);
        word.setMinWidth(Region.USE_PREF_SIZE);
        HBox badge = new HBox(shape.boxed(), word);
        badge.getStyleClass().addAll("state-badge", styleClass);
        if (pill) {
            badge.getStyleClass().add("pill");
        }
        badge.setMinWidth(Region.USE_PREF_SIZE);
        badge.setAccessibleRole(AccessibleRole.TEXT);
        badge.setAccessibleText(text);
        return badge;
    }

    static String text(Words words, CaRow row, Instant now) {
        return switch (row.badge()) {
            case VALID, UNKNOWN -> words.of("ca.badge." + row.badge().key());
            case EXPIRING ->
                words.of(
                        "ca.badge.expiring",
                        Math.max(
                                0, Duration.between(now, row.ends().orElse(now)).toDays()));
            case EXPIRED -> words.of("ca.badge.expired", date(words, row.ends().orElse(now)));
            case REVOKED, SUPERSEDED ->
                row.revocation()
                        .map(revocation -> words.of("ca.badge." + row.badge().key(), date(words, revocation.at())))
                        .orElse("");
        };
    }
}

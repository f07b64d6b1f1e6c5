package io.limelight.console.policies;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Objects;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Small parts that the pages of policies share. */
final class Bits {
    private static final int LONGEST = 500;
    private static final int GROUPS = 17;

    private Bits() {}

    /** The style sheet of these pages. */
    static String sheet() {
        return Objects.requireNonNull(Bits.class.getResource("policies.css"), "policies.css is part of this program")
                .toExternalForm();
    }

    static Label label(String text, String... styleClasses) {
        Label label = new Label(text);
        label.getStyleClass().addAll(styleClasses);
        return label;
    }

    /** That is never cut. */
    static Label whole(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.setMinWidth(Region.USE_PREF_SIZE);
        return label;
    }

    static Label wrapped(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        label.setMinWidth(0);
        return label;
    }

    /** That may be cut, and says all of itself when pointed at. */
    static Label cut(String text, String... styleClasses) {
        Label label = label(text, styleClasses);
        label.getStyleClass().add("may-cut");
        label.setMinWidth(0);
        label.setTooltip(new Tooltip(text));
        return label;
    }

    /** Keeps a part of a flow within its width: a flow gives its children what they prefer, however wide that is. */
    static void within(FlowPane flow, Region part) {
        flow.setMinWidth(0);
        part.maxWidthProperty()
                .bind(Bindings.createDoubleBinding(
                        () -> Math.max(
                                0,
                                flow.getWidth()
                                        - flow.getInsets().getLeft()
                                        - flow.getInsets().getRight()),
                        flow.widthProperty(),
                        flow.insetsProperty()));
    }

    static Region gap() {
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        return gap;
    }

    static Button icon(Glyph glyph, String name, Runnable action) {
        Button button = new Button(null, glyph.icon("button-size"));
        button.getStyleClass().addAll("flat", "icon-only");
        button.setAccessibleText(name);
        button.setTooltip(new Tooltip(name));
        button.setOnAction(_ -> action.run());
        return button;
    }

    static Button button(String text, Runnable action, String... styleClasses) {
        Button button = new Button(text);
        button.getStyleClass().addAll(styleClasses);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
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

    /** A policy holds whatever somebody put there. */
    static String printable(String text) {
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "\u2026" : text;
        return start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
    }

    /** The beginning of a digest, in groups of eight. */
    static String begin(String digest) {
        return digest.length() <= GROUPS
                ? printable(digest)
                : printable(digest.substring(0, 8) + " " + digest.substring(8, 15)) + "\u2026";
    }

    static String date(Words words, LocalDate date) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(words.locale())
                .format(date);
    }

    static String time(Words words, Instant instant) {
        return DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }
}

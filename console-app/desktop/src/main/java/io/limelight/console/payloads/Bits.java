package io.limelight.console.payloads;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.Objects;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** Small parts that the pages of payloads share. */
final class Bits {
    private static final long KIB = 1024;

    private Bits() {}

    /** The style sheet of these pages. */
    static String sheet() {
        return Objects.requireNonNull(Bits.class.getResource("payloads.css"), "payloads.css is part of this program")
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
        label.setMinWidth(0);
        return label;
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

    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    /** With its unit. */
    static String size(Words words, long bytes) {
        if (bytes < KIB) {
            return words.of("payloads.size.bytes", bytes);
        }
        if (bytes < KIB * KIB) {
            return words.of("payloads.size.kib", bytes / (double) KIB);
        }
        if (bytes < KIB * KIB * KIB) {
            return words.of("payloads.size.mib", bytes / (double) (KIB * KIB));
        }
        return words.of("payloads.size.gib", bytes / (double) (KIB * KIB * KIB));
    }
}

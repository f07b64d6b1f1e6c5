package io.limelight.console.connect;

import io.limelight.console.profile.Environment;
import io.limelight.console.words.Words;
import java.util.Objects;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** Small parts that the pages of connecting share. */
final class Doors {
    private Doors() {}

    /** The style sheet of these pages, for their roots. */
    static String sheet() {
        return Objects.requireNonNull(Doors.class.getResource("connect.css"), "connect.css is part of this program")
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

    static Label environment(Words words, Environment environment) {
        Label tag = label("");
        showEnvironment(words, tag, environment);
        tag.setMinWidth(Region.USE_PREF_SIZE);
        return tag;
    }

    static void showEnvironment(Words words, Label tag, Environment environment) {
        tag.getStyleClass().removeIf(name -> name.startsWith("env-"));
        tag.getStyleClass().removeAll("env-tag");
        tag.getStyleClass().addAll("env-tag", environment.usualTint().styleClass());
        tag.setText(words.of("connect.environment." + environment.key()));
    }

    /** Takes no room where it is not shown. */
    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }
}

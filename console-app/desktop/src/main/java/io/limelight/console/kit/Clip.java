package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import javafx.animation.PauseTransition;
import javafx.geometry.Bounds;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.layout.HBox;
import javafx.stage.Popup;
import javafx.stage.Window;
import javafx.util.Duration;

/** The clipboard, and a short word that something is in it now. */
public final class Clip {
    private static final Duration SHOWN = Duration.seconds(2);

    private Clip() {}

    /** Copies a text and says so beside {@code beside}. */
    public static void copy(Words words, Node beside, String text) {
        put(text);
        say(beside, words.of("kit.clip.copied"));
    }

    static void put(String text) {
        ClipboardContent content = new ClipboardContent();
        content.putString(text);
        Clipboard.getSystemClipboard().setContent(content);
    }

    /** A small button that copies. The text is asked for when it is pressed. */
    public static Button button(Words words, String what, java.util.function.Supplier<String> text) {
        Button button = new Button(null, Glyph.COPY.icon("small"));
        button.getStyleClass().addAll("flat", "icon-only", "small");
        String name = words.of("kit.clip.copy", what);
        button.setAccessibleText(name);
        button.setTooltip(new Tooltip(name));
        button.setOnAction(event -> copy(words, button, text.get()));
        return button;
    }

    /** A word that floats for two seconds, above a node. */
    public static void say(Node beside, String sentence) {
        Window window = beside.getScene() == null ? null : beside.getScene().getWindow();
        Bounds bounds = beside.localToScreen(beside.getLayoutBounds());
        if (window == null || !window.isShowing() || bounds == null) {
            return;
        }
        HBox toast = new HBox(Glyph.CHECK.icon("small"), new Label(sentence));
        toast.getStyleClass().add("toast");
        toast.setAccessibleRole(AccessibleRole.TEXT);
        toast.setAccessibleText(sentence);
        Popup popup = new Popup();
        popup.setAutoHide(true);
        popup.setAutoFix(true);
        popup.getContent().add(toast);
        popup.show(beside, bounds.getMinX(), bounds.getMinY() - bounds.getHeight() - 16);
        PauseTransition pause = new PauseTransition(SHOWN);
        pause.setOnFinished(event -> popup.hide());
        pause.play();
    }
}

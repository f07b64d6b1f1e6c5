package io.limelight.console.shell;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A dialog over the whole window: one at a time. Escape and the cross hide it, and the keyboard goes back to where it came from. */
public final class Overlay extends StackPane implements Covering {
    private final Label title = new Label();
    private final VBox box = new VBox();
    private final Button cross;
    private final HBox head;
    private @Nullable Node opener;
    private Runnable onHidden = () -> {};

    /** Hidden. */
    public Overlay(Words words) {
        getStyleClass().add("overlay");
        title.getStyleClass().add("detail-title");
        title.setWrapText(true);
        cross = new Button(null, Glyph.CLOSE.icon());
        cross.getStyleClass().addAll("flat", "icon-only");
        cross.setAccessibleText(words.of("shell.overlay.close"));
        cross.setTooltip(new Tooltip(words.of("shell.overlay.close")));
        cross.setOnAction(_ -> hide());
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        head = new HBox(title, gap, cross);
        head.getStyleClass().add("overlay-head");
        box.getStyleClass().add("overlay-box");
        box.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        box.setAccessibleRole(AccessibleRole.DIALOG);
        getChildren().add(box);
        setVisible(false);
        setManaged(false);
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                hide();
            }
        });
    }

    /**
     * Shows.
     *
     * @param heading what it is about
     * @param content below it
     * @param focus gets the keyboard
     * @param from gets it back
     */
    public void show(String heading, Node content, Node focus, @Nullable Node from) {
        show(heading, content, focus, from, () -> {});
    }

    /** The same, and {@code hidden} is run when it is hidden, however that comes. */
    public void show(String heading, Node content, Node focus, @Nullable Node from, Runnable hidden) {
        if (isVisible()) {
            onHidden.run();
        }
        onHidden = hidden;
        Node owner = getScene() == null ? null : getScene().getFocusOwner();
        opener = owner == null ? from : owner;
        title.setText(heading);
        box.setAccessibleText(heading);
        VBox.setVgrow(content, Priority.ALWAYS);
        box.getChildren().setAll(head, content);
        setManaged(true);
        setVisible(true);
        toFront();
        focus.requestFocus();
    }

    /** Hides it. */
    public void hide() {
        if (!isVisible()) {
            return;
        }
        setVisible(false);
        setManaged(false);
        box.getChildren().clear();
        Runnable ended = onHidden;
        onHidden = () -> {};
        ended.run();
        if (opener != null) {
            opener.requestFocus();
        }
    }
}

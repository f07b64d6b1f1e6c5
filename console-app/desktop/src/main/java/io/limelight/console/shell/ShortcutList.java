package io.limelight.console.shell;

import io.limelight.console.words.Words;
import java.util.List;
import java.util.function.Function;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Over the window: which keys do what. */
final class ShortcutList extends StackPane {
    private final GridPane grid = new GridPane();
    private final Button close;
    private @Nullable Node before;

    ShortcutList(Words words) {
        getStyleClass().add("scrim");
        setVisible(false);
        Label title = new Label(words.of("shell.shortcuts"));
        title.getStyleClass().add("detail-title");
        grid.getStyleClass().add("shortcut-grid");
        ColumnConstraints wide = new ColumnConstraints();
        wide.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().add(wide);
        close = new Button(words.of("shell.shortcuts.close"));
        close.setOnAction(event -> close());
        VBox box = new VBox(title, grid, close);
        box.getStyleClass().add("dialog-box");
        box.setAccessibleRole(AccessibleRole.DIALOG);
        box.setAccessibleText(words.of("shell.shortcuts"));
        box.setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
        getChildren().add(box);
        addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE || event.getCode() == KeyCode.TAB) {
                if (event.getCode() == KeyCode.ESCAPE) {
                    close();
                }
                event.consume();
            }
        });
        setOnMousePressed(event -> {
            if (event.getTarget().equals(this)) {
                close();
            }
        });
    }

    void open(List<ShellAction> actions, Function<ShellAction, String> shortcut) {
        grid.getChildren().clear();
        int row = 0;
        for (ShellAction action : actions) {
            String keys = shortcut.apply(action);
            if (!keys.isEmpty()) {
                grid.add(new Label(action.text()), 0, row);
                grid.add(Palette.key(keys), 1, row);
                row++;
            }
        }
        before = getScene() == null ? null : getScene().getFocusOwner();
        setVisible(true);
        close.requestFocus();
    }

    void close() {
        setVisible(false);
        Node owner = before;
        before = null;
        if (owner != null && java.util.Objects.equals(owner.getScene(), getScene())) {
            owner.requestFocus();
        }
    }
}

package io.limelight.console.keyboard;

import io.limelight.console.keyboard.KeyboardViewModel.Row;
import io.limelight.console.keyboard.KeyboardViewModel.Said;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.Subscription;

/** Every act that may have keys, with a way to change them. */
public final class KeyboardPane extends VBox implements AutoCloseable {
    private final Words words;
    private final KeyboardViewModel model;
    private final TextField search = new TextField();
    private final VBox rows = new VBox();
    private final Button resetAll;
    private final Subscription following;
    /** The button whose act was changed last. */
    private String last = "keyboard-search";

    /**
     * Of these keys.
     *
     * @param print prints them
     * @param save writes them into a file
     */
    public KeyboardPane(Words words, KeyboardViewModel model, Runnable print, Runnable save) {
        this.words = words;
        this.model = model;
        getStyleClass().add("keyboard-pane");
        search.setId("keyboard-search");
        search.setPromptText(words.of("keys.search"));
        search.setAccessibleText(words.of("keys.search"));
        search.textProperty().bindBidirectional(model.searchProperty());
        rows.getStyleClass().add("keyboard-rows");
        ScrollPane scroll = new ScrollPane(rows);
        scroll.setId("keyboard-scroll");
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        scroll.getStyleClass().add("keyboard-scroll");
        VBox.setVgrow(scroll, Priority.ALWAYS);
        Button printing = button("keyboard-print", "keys.print", print);
        Button saving = button("keyboard-save", "keys.save", save);
        resetAll = button("keyboard-reset", "keys.reset-all", model::resetAll);
        FlowPane foot = new FlowPane(printing, saving, resetAll);
        foot.getStyleClass().add("verbs");
        getChildren().add(search);
        if (model.table().damaged()) {
            Label damaged = wrapped(words.of("keys.damaged"));
            HBox.setHgrow(damaged, Priority.ALWAYS);
            HBox message = new HBox(Shapes.TRIANGLE.boxed("large", "warning"), damaged);
            message.getStyleClass().addAll("message", "warning");
            getChildren().add(message);
        }
        getChildren().addAll(scroll, foot);
        addEventFilter(KeyEvent.KEY_PRESSED, this::pressed);
        following = Subscription.combine(
                model.searchProperty().subscribe(_ -> draw()),
                model.recordingProperty().subscribe(_ -> draw()),
                model.saidProperty().subscribe(_ -> draw()),
                model.table().versionProperty().subscribe(_ -> draw()));
    }

    /** Gets the keyboard. */
    public Node focus() {
        return search;
    }

    private void pressed(KeyEvent event) {
        if (model.recordingProperty().get().isEmpty()) {
            return;
        }
        event.consume();
        if (event.getCode() == KeyCode.ESCAPE) {
            model.stopRecording();
        } else if (event.getCode() == KeyCode.BACK_SPACE && !event.isShortcutDown() && !event.isAltDown()) {
            model.clear();
        } else {
            WindowKeys.chord(event).ifPresent(model::press);
        }
    }

    private void draw() {
        String focused = focusedId();
        resetAll.setDisable(!model.table().changed());
        rows.getChildren().clear();
        KeyAct.Where[] where = new KeyAct.Where[1];
        for (Row row : model.rows()) {
            if (where[0] != row.act().where()) {
                where[0] = row.act().where();
                Label heading = new Label(row.where());
                heading.getStyleClass().addAll("muted", "medium", "keyboard-heading");
                rows.getChildren().add(heading);
            }
            rows.getChildren().add(draw(row));
            model.saidProperty()
                    .get()
                    .filter(said -> said.act() == row.act())
                    .ifPresent(said -> rows.getChildren().add(draw(said)));
        }
        if (rows.getChildren().isEmpty()) {
            Label none = wrapped(words.of("keys.none-found"));
            none.getStyleClass().add("muted");
            rows.getChildren().add(none);
        }
        // What was pressed is drawn anew: the keyboard stays at the act it was at.
        if (!focused.isEmpty()) {
            Stream.of(rows.lookup("#keyboard-swap"), rows.lookup("#" + focused), rows.lookup("#" + last), search)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(Node::requestFocus);
        }
    }

    /** The id of the button of a row that has the keyboard; empty: something else has it. */
    private String focusedId() {
        Node owner = getScene() == null ? null : getScene().getFocusOwner();
        String id = owner == null ? "" : Optional.ofNullable(owner.getId()).orElse("");
        for (Node node = owner; node != null; node = node.getParent()) {
            if (Objects.equals(node, rows)) {
                // What is reset has no such button any more.
                return id.replace("keyboard-undo-", "keyboard-change-");
            }
        }
        return "";
    }

    private Node draw(Row row) {
        boolean recording =
                model.recordingProperty().get().filter(row.act()::equals).isPresent();
        Label what = wrapped(row.what());
        HBox.setHgrow(what, Priority.ALWAYS);
        HBox line = new HBox(what);
        line.getStyleClass().add("keyboard-row");
        String id = row.act().key().replace('.', '-');
        if (recording) {
            Label press = new Label(words.of("keys.press"));
            press.getStyleClass().addAll("pressing", "medium");
            press.setMinWidth(Region.USE_PREF_SIZE);
            line.getChildren().add(press);
        } else if (row.keys().isEmpty()) {
            Label none = new Label(words.of("keys.none"));
            none.getStyleClass().add("muted");
            none.setMinWidth(Region.USE_PREF_SIZE);
            line.getChildren().add(none);
        } else {
            Label keys = new Label(row.keys());
            keys.getStyleClass().add("keys");
            keys.setMinWidth(Region.USE_PREF_SIZE);
            line.getChildren().add(keys);
        }
        if (row.changed() && !recording) {
            Button undo = new Button(null, Glyph.UNDO.icon("button-size"));
            undo.setId("keyboard-undo-" + id);
            undo.getStyleClass().addAll("flat", "icon-only", "small");
            undo.setAccessibleText(words.of("keys.reset", row.what()));
            undo.setTooltip(new Tooltip(words.of("keys.reset", row.what())));
            undo.setOnAction(_ -> model.reset(row.act()));
            line.getChildren().add(undo);
        }
        Button change = new Button(words.of(recording ? "keys.cancel" : "keys.change"));
        change.setId("keyboard-change-" + id);
        change.getStyleClass().add("small");
        change.setMinWidth(Region.USE_PREF_SIZE);
        change.setAccessibleText(words.of(
                recording ? "keys.press.accessible" : "keys.change.accessible",
                row.what(),
                row.keys().isEmpty() ? words.of("keys.none") : row.keys()));
        change.setOnAction(_ -> {
            last = change.getId();
            if (recording) {
                model.stopRecording();
            } else {
                model.record(row.act());
            }
        });
        line.getChildren().add(change);
        return line;
    }

    private Node draw(Said said) {
        Label sentence = wrapped(said.sentence());
        HBox message = new HBox(Shapes.TRIANGLE.boxed("large", "warning"), sentence);
        HBox.setHgrow(sentence, Priority.ALWAYS);
        message.getStyleClass().addAll("message", "warning");
        message.setAccessibleRole(AccessibleRole.TEXT);
        message.setAccessibleText(said.sentence());
        if (said.swap().isPresent()) {
            Button leave = button("keyboard-leave", "keys.leave", model::leave);
            Button swap = button("keyboard-swap", "keys.swap", model::swap);
            message.getChildren().addAll(leave, swap);
        }
        return message;
    }

    private Button button(String id, String key, Runnable action) {
        Button button = new Button(words.of(key));
        button.setId(id);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        label.setMaxWidth(Double.MAX_VALUE);
        return label;
    }

    /** Keys do again what they do. */
    @Override
    public void close() {
        following.unsubscribe();
        model.close();
    }
}

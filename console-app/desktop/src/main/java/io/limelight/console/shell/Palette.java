package io.limelight.console.shell;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyText;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.scene.text.Text;
import javafx.scene.text.TextFlow;
import org.jspecify.annotations.Nullable;

/** Over the window: type a few letters of anything, and go there or do it. Gives the keyboard back to who had it. */
final class Palette extends StackPane {
    private static final int ROWS = 12;

    private final Words words;
    private final PaletteSearch search;
    private final TextField field = new TextField();
    private final ListView<Row> list = new ListView<>();
    private final Label results = new Label();
    private @Nullable Node before;

    /** A line of the list: a heading, or an entry. */
    private sealed interface Row {
        record Heading(String text) implements Row {}

        record Entry(PaletteEntry entry, List<String> parts) implements Row {}
    }

    Palette(Words words, PaletteSearch search) {
        this.words = words;
        this.search = search;
        getStyleClass().add("scrim");
        setVisible(false);
        field.setId("palette-field");
        field.setPromptText(words.of("shell.palette.prompt"));
        field.setAccessibleText(words.of("shell.palette.field"));
        HBox.setHgrow(field, Priority.ALWAYS);
        results.getStyleClass().add("muted");
        results.setMinWidth(USE_PREF_SIZE);
        HBox head = new HBox(Glyph.SEARCH.icon(), field, results);
        head.getStyleClass().add("palette-head");
        list.setId("palette-list");
        list.setAccessibleText(words.of("shell.palette.results"));
        list.setFocusTraversable(false);
        list.setCellFactory(view -> new Cell());
        KeyText keys = new KeyText(words);
        HBox foot = new HBox(
                key(keys.of(new Chord(false, false, false, "ENTER"))),
                caption("shell.palette.run"),
                key(keys.of(new Chord(true, false, false, "ENTER"))),
                caption("shell.palette.copy"),
                gap(),
                key(">"),
                caption("shell.palette.actions"),
                key("@"),
                caption("shell.palette.machines"));
        foot.getStyleClass().add("palette-foot");
        VBox box = new VBox(head, list, foot);
        box.getStyleClass().add("palette");
        box.setAccessibleRole(AccessibleRole.DIALOG);
        box.setAccessibleText(words.of("shell.palette.open"));
        box.setMaxSize(USE_PREF_SIZE, USE_PREF_SIZE);
        getChildren().add(box);
        field.textProperty().subscribe(text -> draw());
        addEventFilter(KeyEvent.KEY_PRESSED, this::keys);
        setOnMousePressed(event -> {
            if (event.getTarget().equals(this)) {
                close();
            }
        });
    }

    void open() {
        if (isVisible()) {
            return;
        }
        before = getScene() == null ? null : getScene().getFocusOwner();
        field.clear();
        setVisible(true);
        draw();
        field.requestFocus();
    }

    /** Opens with something typed already. */
    void open(String typed) {
        open();
        field.setText(typed);
        field.end();
        field.deselect();
    }

    void close() {
        // Rows of a list that is not seen would be styled without the colours of what they stand in.
        list.getItems().clear();
        setVisible(false);
        Node owner = before;
        before = null;
        if (owner != null && java.util.Objects.equals(owner.getScene(), getScene())) {
            owner.requestFocus();
        }
    }

    private void draw() {
        if (!isVisible()) {
            return;
        }
        String typed = field.getText();
        List<PaletteEntry> found = search.find(typed);
        List<String> parts = PaletteSearch.parts(typed.replaceFirst("^\\s*[>@]", ""));
        List<Row> rows = new ArrayList<>();
        PaletteEntry.@Nullable Kind kind = null;
        for (PaletteEntry entry : found) {
            if (entry.kind() != kind) {
                kind = entry.kind();
                rows.add(new Row.Heading(words.of("shell.palette.kind." + kind.key())));
            }
            rows.add(new Row.Entry(entry, parts));
        }
        list.getItems().setAll(rows);
        results.setText(words.of("shell.palette.count", found.size()));
        list.setPrefHeight(Math.clamp(rows.size(), 1, ROWS) * rowHeight() + 12);
        move(1, -1);
    }

    private double rowHeight() {
        return field.getFont().getSize() * 2.55;
    }

    /** Selects the next entry in a direction, over headings. */
    private void move(int direction, int from) {
        int size = list.getItems().size();
        for (int i = from + direction; i >= 0 && i < size; i += direction) {
            if (list.getItems().get(i) instanceof Row.Entry) {
                list.getSelectionModel().select(i);
                list.scrollTo(Math.max(0, i - ROWS / 2));
                return;
            }
        }
    }

    private void keys(KeyEvent event) {
        KeyCode code = event.getCode();
        if (code == KeyCode.ESCAPE) {
            close();
        } else if (code == KeyCode.DOWN || code == KeyCode.UP) {
            move(code == KeyCode.DOWN ? 1 : -1, list.getSelectionModel().getSelectedIndex());
        } else if (code == KeyCode.TAB) {
            // The keyboard stays here: everything below is covered.
            move(event.isShiftDown() ? -1 : 1, list.getSelectionModel().getSelectedIndex());
        } else if (code == KeyCode.ENTER) {
            choose(event.isShortcutDown());
        } else {
            return;
        }
        event.consume();
    }

    private void choose(boolean asCommand) {
        if (!(list.getSelectionModel().getSelectedItem() instanceof Row.Entry(PaletteEntry entry, var parts))) {
            return;
        }
        CommandLine command = entry.command();
        if (!asCommand) {
            close();
            entry.run().run();
        } else if (command != null) {
            Clip.copy(words, field, command.text());
        }
    }

    private final class Cell extends ListCell<Row> {
        Cell() {
            setOnMouseClicked(event -> {
                if (event.getButton() == MouseButton.PRIMARY && getItem() instanceof Row.Entry) {
                    list.getSelectionModel().select(getIndex());
                    choose(event.isShortcutDown());
                }
            });
        }

        @Override
        protected void updateItem(@Nullable Row item, boolean empty) {
            super.updateItem(item, empty);
            getStyleClass().remove("heading");
            setText(null);
            setGraphic(null);
            setAccessibleText(null);
            switch (empty ? null : item) {
                case null -> {}
                case Row.Heading(String text) -> {
                    getStyleClass().add("heading");
                    setText(text);
                }
                case Row.Entry(PaletteEntry entry, List<String> parts) -> {
                    setGraphic(draw(entry, parts));
                    setAccessibleText(
                            entry.detail().isEmpty()
                                    ? entry.title()
                                    : words.of("shell.palette.accessible", entry.title(), entry.detail()));
                }
            }
        }
    }

    private static Node draw(PaletteEntry entry, List<String> parts) {
        MachineState state = entry.state();
        Glyph glyph = entry.glyph() == null ? Glyph.CHEVRON_RIGHT : entry.glyph();
        Node icon = state == null ? glyph.icon() : ShapeMark.of(state);
        TextFlow title = marked(entry.title(), parts);
        title.setMinWidth(USE_PREF_SIZE);
        title.setMaxHeight(USE_PREF_SIZE);
        Label detail = new Label(entry.detail());
        detail.getStyleClass().addAll("muted", "may-cut");
        detail.setMinWidth(0);
        HBox row = new HBox(icon, title, detail, gap());
        row.getStyleClass().add("palette-row");
        if (!entry.shortcut().isEmpty()) {
            row.getChildren().add(key(entry.shortcut()));
        }
        return row;
    }

    /** A title with what was typed marked. */
    private static TextFlow marked(String title, List<String> parts) {
        String folded = PaletteSearch.folded(title);
        boolean[] hit = new boolean[title.length()];
        // Folding may change lengths (ligatures); then nothing is marked rather than the wrong letters.
        if (folded.length() == title.length()) {
            for (String part : parts) {
                int at = folded.indexOf(part);
                for (int i = at; at >= 0 && i < at + part.length(); i++) {
                    hit[i] = true;
                }
            }
        }
        TextFlow flow = new TextFlow();
        int from = 0;
        for (int i = 1; i <= title.length(); i++) {
            if (i == title.length() || hit[i] != hit[from]) {
                Text text = new Text(title.substring(from, i));
                text.getStyleClass().add(hit[from] ? "hit" : "no-hit");
                flow.getChildren().add(text);
                from = i;
            }
        }
        return flow;
    }

    private Label caption(String key) {
        Label label = new Label(words.of(key));
        label.getStyleClass().addAll("muted", "may-cut");
        label.setMinWidth(0);
        return label;
    }

    static Label key(String text) {
        Label label = new Label(text);
        label.getStyleClass().add("keys");
        label.setMinWidth(USE_PREF_SIZE);
        return label;
    }

    private static Region gap() {
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        return gap;
    }
}

package io.limelight.console.help;

import io.limelight.console.keys.KeyTable;
import io.limelight.console.kit.Clip;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Help for one page. */
public final class HelpPane extends VBox {
    private final Words words;
    private final Button close;

    /**
     * What may be done from here.
     *
     * @param id of the button
     * @param text on it
     * @param run does it
     */
    public record Door(String id, String text, Runnable run) {}

    /** Of a page. */
    public HelpPane(Words words, PageHelp help, KeyTable table, List<Door> doors, Runnable hide) {
        this.words = words;
        getStyleClass().add("help-pane");
        VBox body = new VBox(wrapped(help.purpose(words)));
        body.getStyleClass().add("help-body");
        List<PageHelp.Meaning> meanings = help.meanings(words);
        if (!meanings.isEmpty()) {
            body.getChildren().addAll(heading("help.words"), meanings(meanings));
        }
        body.getChildren().addAll(heading("help.keys"), keys(help.keys(words, table)), heading("help.more"));
        body.getChildren().add(more(help));
        ScrollPane scroll = new ScrollPane(body);
        scroll.setId("help-text");
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setAccessibleText(words.of("help.text"));
        scroll.getStyleClass().add("help-scroll");
        VBox.setVgrow(scroll, Priority.ALWAYS);
        FlowPane foot = new FlowPane();
        foot.getStyleClass().add("verbs");
        for (Door door : doors) {
            foot.getChildren().add(button(door.id(), door.text(), door.run()));
        }
        close = button("help-close", words.of("help.close"), hide);
        foot.getChildren().add(close);
        getChildren().addAll(scroll, foot);
    }

    /** Gets the keyboard. */
    public Node focus() {
        return close;
    }

    private Node meanings(List<PageHelp.Meaning> meanings) {
        VBox rows = new VBox();
        rows.getStyleClass().add("help-words");
        for (PageHelp.Meaning each : meanings) {
            Label word = wrapped(each.word());
            word.getStyleClass().add("semibold");
            rows.getChildren().add(new VBox(word, wrapped(each.meaning())));
        }
        return rows;
    }

    private static Node keys(List<PageHelp.Keys> keys) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("shortcut-grid");
        ColumnConstraints wide = new ColumnConstraints();
        wide.setHgrow(Priority.ALWAYS);
        grid.getColumnConstraints().add(wide);
        int row = 0;
        for (PageHelp.Keys each : keys) {
            Label pressed = new Label(each.keys());
            pressed.getStyleClass().add("keys");
            pressed.setMinWidth(Region.USE_PREF_SIZE);
            grid.addRow(row++, wrapped(each.what()), pressed);
        }
        return grid;
    }

    private Node more(PageHelp help) {
        String place = words.of("help.place", PageHelp.BOOK, help.chapter());
        Label text = wrapped(place);
        HBox.setHgrow(text, Priority.ALWAYS);
        Button copy = new Button(null, Glyph.COPY.icon("button-size"));
        copy.getStyleClass().addAll("flat", "icon-only");
        copy.setAccessibleText(words.of("kit.clip.copy", place));
        copy.setOnAction(_ -> Clip.copy(words, copy, place));
        return new HBox(8, text, copy);
    }

    private Label heading(String key) {
        Label label = wrapped(words.of(key));
        label.getStyleClass().addAll("muted", "medium");
        return label;
    }

    private static Button button(String id, String text, Runnable action) {
        Button button = new Button(text);
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
}

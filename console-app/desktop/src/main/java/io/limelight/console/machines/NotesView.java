package io.limelight.console.machines;

import io.limelight.console.words.Words;
import java.util.List;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.layout.VBox;

/** What people call a machine, and what they wrote about it. Kept on this computer. */
final class NotesView {
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_NOTES = 10_000;
    private static final int MOST_TAGS = 20;

    private final DetailViewModel model;
    private final VBox box = new VBox();
    private final TextField alias = new TextField();
    private final TextField tags = new TextField();
    private final TextArea notes = new TextArea();
    private final Button save;

    NotesView(DetailViewModel model, Words words, Runnable written) {
        this.model = model;
        box.getStyleClass().add("notes");
        Label explain = new Label(words.of("machines.notes.explain"));
        explain.setWrapText(true);
        explain.getStyleClass().add("muted");
        notes.setPrefRowCount(6);
        notes.setWrapText(true);
        alias.setId("alias");
        tags.setId("tags");
        notes.setId("notes");
        tags.setPromptText(words.of("machines.notes.tags.prompt"));
        save = new Button(words.of("machines.notes.save"));
        save.setId("save-notes");
        save.getStyleClass().add("accent");
        save.setOnAction(_ -> model.write(typed(), written));
        box.getChildren()
                .addAll(
                        explain,
                        labelled(words.of("machines.notes.alias"), alias),
                        labelled(words.of("machines.notes.tags"), tags),
                        labelled(words.of("machines.notes.notes"), notes),
                        save);
        model.idProperty().subscribe(_ -> draw());
        model.labelsProperty().subscribe(_ -> draw());
        Stream.of(alias.textProperty(), tags.textProperty(), notes.textProperty())
                .forEach(text -> text.subscribe(_ -> drawSave()));
    }

    private static Node labelled(String text, javafx.scene.control.Control control) {
        Label label = new Label(text);
        label.setLabelFor(control);
        label.getStyleClass().add("field-label");
        control.setAccessibleText(text);
        return new VBox(4, label, control);
    }

    Node node() {
        return box;
    }

    private void draw() {
        Labels labels = model.labelsProperty().get();
        alias.setText(labels.alias());
        tags.setText(String.join(", ", labels.tags()));
        notes.setText(labels.notes());
    }

    private Labels typed() {
        List<String> words = Stream.of(tags.getText().split(","))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .map(tag -> cut(tag, LONGEST_NAME))
                .limit(MOST_TAGS)
                .toList();
        return new Labels(cut(alias.getText().strip(), LONGEST_NAME), words, cut(notes.getText(), LONGEST_NOTES));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private void drawSave() {
        save.setDisable(typed().equals(model.labelsProperty().get()));
    }
}

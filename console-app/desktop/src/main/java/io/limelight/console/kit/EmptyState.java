package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Nothing is here: what would be, in one sentence, and the first verb as a button. */
public final class EmptyState extends HBox {
    private final Label sentence;

    /**
     * Without a verb where {@code verb} or {@code action} is null.
     *
     * @param sentence translated
     * @param verb translated
     */
    public EmptyState(Words words, Glyph glyph, String sentence, @Nullable String verb, @Nullable Runnable action) {
        getStyleClass().add("empty-state");
        this.sentence = new Label(sentence);
        this.sentence.setWrapText(true);
        this.sentence.setMinHeight(USE_PREF_SIZE);
        VBox text = new VBox(this.sentence);
        text.getStyleClass().add("empty-text");
        HBox.setHgrow(text, Priority.SOMETIMES);
        if (verb != null && action != null) {
            Button button = new Button(verb);
            button.getStyleClass().add("accent");
            button.setMinWidth(USE_PREF_SIZE);
            button.setOnAction(event -> action.run());
            text.getChildren().add(button);
        }
        setAccessibleText(words.of("kit.empty.accessible", sentence));
        getChildren().addAll(glyph.icon("large"), text);
    }

    /** Says something else. */
    public void setSentence(String text) {
        sentence.setText(text);
        setAccessibleText(text);
    }
}

package io.limelight.console.machines;

import io.limelight.console.fleet.RawAnswers;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** The servers' own words, secrets masked. */
final class RawView {
    private final Words words;
    private final BorderPane pane = new BorderPane();
    private final TextArea text = new TextArea();

    RawView(DetailViewModel model, Words words) {
        this.words = words;
        pane.getStyleClass().add("raw");
        text.setEditable(false);
        text.getStyleClass().add("mono");
        text.setAccessibleText(words.of("machines.tab.raw"));
        model.raw().stateProperty().subscribe(this::draw);
    }

    Node node() {
        return pane;
    }

    private void draw(Loaded<RawAnswers> state) {
        Label hint = new Label(words.of("machines.raw.masked"));
        hint.getStyleClass().add("muted");
        hint.setWrapText(true);
        HBox head = new HBox(hint, Clip.button(words, words.of("machines.tab.raw"), text::getText));
        head.getStyleClass().add("raw-head");
        VBox top = new VBox(head);
        if (state.problem() != null) {
            top.getChildren().add(ProblemView.of(words, state.problem()));
        }
        pane.setTop(top);
        RawAnswers raw = state.value();
        if (raw == null) {
            text.setText(state.loading() ? words.of("machines.loading-part") : "");
        } else {
            text.setText(words.of("machines.raw.verifier") + "\n" + or(raw.verifier()) + "\n\n"
                    + words.of("machines.raw.registrar") + "\n" + or(raw.registrar()) + "\n");
        }
        pane.setCenter(text);
    }

    private String or(String json) {
        return json.isEmpty() ? words.of("machines.raw.unknown") : json;
    }
}

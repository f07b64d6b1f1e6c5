package io.limelight.console.policies;

import io.limelight.console.kit.Clip;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import org.jspecify.annotations.Nullable;

/**
 * A policy as the JSON it is, to read and to copy. A text area with 20 MiB stands still for minutes, so only the beginning is shown; what is
 * copied is all of it. Nothing is written out before somebody looks.
 */
final class JsonView extends BorderPane {
    /** Characters that are shown. */
    static final int SHOWN = 256 * 1024;

    private final Words words;
    private final Loader<JsonText.Whole> loader;
    private final TextArea area = new TextArea();
    private final Label said = Bits.wrapped("", "muted");
    private final Button copy;
    private Loader.@Nullable Source<String> source;
    private boolean seen;

    JsonView(Words words, InstantSource clock, Executor work, Executor screen) {
        this.words = words;
        this.loader = new Loader<>(work, screen, clock);
        getStyleClass().add("json-view");
        area.setEditable(false);
        area.setId("policy-json");
        area.setAccessibleText(words.of("policies.json"));
        area.getStyleClass().addAll("mono", "data");
        copy = new Button(words.of("policies.json.copy"));
        copy.setId("copy-json");
        copy.setOnAction(
                _ -> loader.stateProperty().get().got().ifPresent(whole -> Clip.copy(words, copy, whole.text())));
        FlowPane top = new FlowPane(copy, said);
        top.getStyleClass().add("paths-top");
        top.setHgap(12);
        Bits.within(top, said);
        setTop(top);
        setCenter(area);
        loader.stateProperty().subscribe(this::draw);
    }

    /** What is shown when it is looked at; null: nothing. */
    void of(Loader.@Nullable Source<String> text) {
        source = text;
        loader.clear();
        if (seen) {
            load();
        }
    }

    /** Whether somebody looks. */
    void look(boolean now) {
        seen = now;
        if (now && loader.stateProperty().get().value() == null) {
            load();
        }
    }

    private void load() {
        Loader.Source<String> text = source;
        if (text != null && !loader.stateProperty().get().loading()) {
            loader.load(cancellation -> JsonText.whole(text.fetch(cancellation)));
        }
    }

    private void draw(Loaded<JsonText.Whole> now) {
        JsonText.Whole whole = now.value();
        String shown = whole == null ? "" : whole.beginning(SHOWN);
        if (!shown.equals(area.getText())) {
            area.setText(shown);
        }
        copy.setDisable(whole == null);
        said.setText(
                now.problem() != null
                        ? now.problem().whatHappened()
                        : whole == null
                                ? words.of("policies.json.writing")
                                : words.of(
                                        shown.length() < whole.text().length()
                                                ? "policies.json.cut"
                                                : "policies.json.all",
                                        kibibytes(whole.text()),
                                        kibibytes(shown)));
    }

    private static int kibibytes(String text) {
        return (text.length() + 1023) / 1024;
    }
}

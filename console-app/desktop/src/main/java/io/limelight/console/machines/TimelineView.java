package io.limelight.console.machines;

import io.limelight.console.fleet.TimelinePage;
import io.limelight.console.fleet.TimelinePage.Happening;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** What happened to a machine, the newest first, as recorded: nothing is drawn between two records. */
final class TimelineView {
    private final DetailViewModel model;
    private final Words words;
    private final VBox box = new VBox();

    TimelineView(DetailViewModel model, Words words) {
        this.model = model;
        this.words = words;
        box.getStyleClass().add("timeline");
        model.timeline().stateProperty().subscribe(this::draw);
    }

    Node node() {
        return box;
    }

    private void draw(Loaded<TimelinePage> state) {
        List<Node> parts = new ArrayList<>();
        if (state.problem() != null) {
            parts.add(ProblemView.of(words, state.problem()));
        }
        TimelinePage page = state.value();
        if (page == null) {
            if (state.loading()) {
                parts.add(muted("machines.loading-part"));
            }
        } else if (!page.recorded()) {
            parts.add(muted("machines.timeline.not-recorded"));
        } else if (page.happenings().isEmpty()) {
            parts.add(muted("machines.timeline.empty"));
        } else {
            page.happenings().forEach(happening -> parts.add(draw(happening)));
            if (page.nextBefore().isPresent()) {
                Button older = new Button(words.of("machines.timeline.older"));
                older.setDisable(state.loading());
                older.setOnAction(_ -> model.olderHappenings());
                parts.add(older);
            }
        }
        box.getChildren().setAll(parts);
    }

    private Label muted(String key) {
        Label label = new Label(words.of(key));
        label.getStyleClass().add("muted");
        label.setWrapText(true);
        return label;
    }

    private Node draw(Happening happening) {
        Region mark = new Region();
        mark.getStyleClass()
                .addAll("timeline-mark", "timeline-" + happening.kind().replace('_', '-'));
        String key = "machines.happened." + happening.kind().replace('_', '-');
        String text = words.of(key);
        Label title = new Label(text.equals(key) ? happening.kind() : text);
        title.getStyleClass().add("timeline-title");
        Label when = new Label(Ages.exact(words, happening.at(), ZoneId.systemDefault()));
        when.getStyleClass().addAll("muted", "mono");
        title.setMinWidth(Region.USE_PREF_SIZE);
        when.setWrapText(true);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox head = new HBox(title, gap, when);
        head.getStyleClass().add("timeline-head");
        VBox texts = new VBox(head);
        HBox.setHgrow(texts, Priority.ALWAYS);
        if (happening.times() > 1) {
            Label times = new Label(words.of(
                    "machines.happened.times",
                    happening.times(),
                    Ages.exact(words, happening.lastAt(), ZoneId.systemDefault())));
            times.getStyleClass().add("muted");
            times.setWrapText(true);
            texts.getChildren().add(times);
        }
        happening.failures().forEach(failure -> {
            Label sentence = new Label(failure.sentence().isEmpty() ? failure.id() : failure.sentence());
            sentence.setWrapText(true);
            texts.getChildren().add(sentence);
        });
        if (happening.leftOut() > 0) {
            Label more = new Label(words.of("machines.happened.left-out", happening.leftOut()));
            more.getStyleClass().add("muted");
            texts.getChildren().add(more);
        }
        for (Map.Entry<String, String> detail : happening.details().entrySet()) {
            Label label = new Label(words.of("machines.happened.detail", detail.getKey(), detail.getValue()));
            label.getStyleClass().addAll("muted", "mono");
            label.setWrapText(true);
            texts.getChildren().add(label);
        }
        HBox row = new HBox(mark, texts);
        row.getStyleClass().add("timeline-row");
        row.setFocusTraversable(true);
        row.setAccessibleText(title.getText() + ", " + when.getText());
        return row;
    }
}

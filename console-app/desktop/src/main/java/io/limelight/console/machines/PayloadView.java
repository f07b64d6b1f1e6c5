package io.limelight.console.machines;

import io.limelight.console.fleet.PayloadReport;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.VBox;

/** How far a machine's payload is, as it says itself. */
final class PayloadView {
    private final Words words;
    private final VBox box = new VBox();

    PayloadView(DetailViewModel model, Words words) {
        this.words = words;
        box.getStyleClass().add("payload");
        model.payload().stateProperty().subscribe(this::draw);
    }

    Node node() {
        return box;
    }

    private void draw(Loaded<Optional<PayloadReport>> state) {
        List<Node> parts = new ArrayList<>();
        if (state.problem() != null) {
            parts.add(ProblemView.of(words, state.problem()));
        }
        Optional<PayloadReport> told = state.value();
        if (told == null) {
            if (state.loading()) {
                parts.add(muted("machines.loading-part"));
            }
        } else if (told.isEmpty()) {
            parts.add(muted("machines.payload.not-reported"));
        } else {
            PayloadReport report = told.get();
            GridPane grid = new GridPane();
            grid.getStyleClass().addAll("fields", "well");
            row(grid, "machines.payload.stage", report.stage());
            row(grid, "machines.payload.problem", report.problem());
            row(grid, "machines.payload.running-since", report.runningSince().orElse(""));
            row(
                    grid,
                    "machines.payload.exit",
                    report.exit().isPresent() ? Integer.toString(report.exit().getAsInt()) : "");
            row(grid, "machines.payload.secure-size", report.secureSize());
            report.actionProblems().forEach(problem -> row(grid, "machines.payload.action-problem", problem));
            parts.add(grid);
            parts.add(muted("machines.payload.claim"));
        }
        box.getChildren().setAll(parts);
    }

    private Label muted(String key) {
        Label label = new Label(words.of(key));
        label.getStyleClass().add("muted");
        label.setWrapText(true);
        return label;
    }

    private void row(GridPane grid, String key, String value) {
        if (value.isEmpty()) {
            return;
        }
        Label name = new Label(words.of(key));
        name.getStyleClass().add("muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        Label text = new Label(value);
        text.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, text);
    }
}

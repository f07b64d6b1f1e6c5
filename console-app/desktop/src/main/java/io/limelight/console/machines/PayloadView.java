package io.limelight.console.machines;

import io.limelight.console.fleet.PayloadReport;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.MachineReceipts.Receipt;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.io.File;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TitledPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;

/** How far a machine's payload is, as it says itself, and what this console gave it. */
final class PayloadView {
    private final Words words;
    private final DetailViewModel model;
    private final VBox report = new VBox();
    private final VBox receipts = new VBox();
    private final VBox box = new VBox(report, receipts);

    PayloadView(DetailViewModel model, Words words) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("payload");
        report.getStyleClass().add("payload");
        receipts.getStyleClass().add("payload");
        model.payload().stateProperty().subscribe(this::draw);
        model.receipts().stateProperty().subscribe(this::drawReceipts);
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
        report.getChildren().setAll(parts);
    }

    private void drawReceipts(Loaded<List<Receipt>> state) {
        List<Node> parts = new ArrayList<>();
        List<Receipt> told = state.value();
        if (state.problem() != null || (told != null && !told.isEmpty())) {
            Label title = new Label(words.of("machines.receipts"));
            title.getStyleClass().add("semibold");
            parts.add(title);
        }
        if (state.problem() != null) {
            parts.add(ProblemView.of(words, state.problem()));
        }
        if (told != null) {
            for (Receipt receipt : told) {
                parts.add(pane(receipt, parts.size() == 1));
            }
        }
        receipts.getChildren().setAll(parts);
    }

    private TitledPane pane(Receipt receipt, boolean open) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("fields");
        receipt.facts().forEach(fact -> named(grid, fact.name(), fact.value()));
        Label said = muted("");
        Button save = new Button(words.of("machines.receipts.save"), Glyph.DOWNLOAD.icon("button-size"));
        save.setOnAction(_ -> {
            FileChooser chooser = new FileChooser();
            chooser.setTitle(words.of("machines.receipts.save"));
            chooser.setInitialFileName("receipt.json");
            File file = chooser.showSaveDialog(box.getScene().getWindow());
            if (file != null) {
                model.save(
                        receipt,
                        file.toPath(),
                        () -> said.setText(words.of("machines.receipts.saved", file)),
                        why -> said.setText(words.of("machines.receipts.not-saved", why)));
            }
        });
        VBox content = new VBox(
                grid, new HBox(save, Clip.button(words, words.of("machines.receipts.all"), receipt::json)), said);
        content.getStyleClass().add("payload");
        TitledPane pane = new TitledPane(Ages.exact(words, receipt.at(), ZoneId.systemDefault()), content);
        pane.setAnimated(false);
        pane.setExpanded(open);
        return pane;
    }

    private Label muted(String key) {
        Label label = new Label(key.isEmpty() ? "" : words.of(key));
        label.getStyleClass().add("muted");
        label.setWrapText(true);
        return label;
    }

    private void row(GridPane grid, String key, String value) {
        if (value.isEmpty()) {
            return;
        }
        named(grid, words.of(key), value);
    }

    private static void named(GridPane grid, String title, String value) {
        Label name = new Label(title);
        name.getStyleClass().add("muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        Label text = new Label(value);
        text.getStyleClass().add("data");
        text.setWrapText(true);
        grid.addRow(grid.getRowCount(), name, text);
    }
}

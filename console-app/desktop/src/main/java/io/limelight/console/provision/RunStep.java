package io.limelight.console.provision;

import static io.limelight.console.provision.ProvisionPage.gap;
import static io.limelight.console.provision.ProvisionPage.label;
import static io.limelight.console.provision.ProvisionPage.show;
import static io.limelight.console.provision.ProvisionPage.wrapped;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.StepList;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.tenant.Delivered;
import io.limelight.core.tenant.PackedFile;
import io.limelight.core.tenant.ProvisionReceipt;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;

/** What happens, machine by machine, and the receipt of each. */
final class RunStep {
    private final Words words;
    private final ProvisionViewModel model;
    private final HBox box = new HBox();
    private final ListView<MachineRun> list;
    private final ProgressBar bar = new ProgressBar(0);
    private final Label summary = new Label();
    private final StepList steps;
    private final VBox detail = new VBox();
    private boolean selecting;

    RunStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        this.steps = new StepList(words);
        this.list = new ListView<>(model.provisionRun().runs());
        box.getStyleClass().add("provision-run");
        list.setId("provision-runs");
        list.setAccessibleText(words.of("provision.run.machines"));
        list.getStyleClass().add("run-list");
        list.setCellFactory(_ -> new Cell());
        list.getSelectionModel().selectedItemProperty().subscribe(run -> {
            if (run != null && !selecting) {
                model.provisionRun().lookAt(run.id());
            }
        });
        VBox.setVgrow(list, Priority.ALWAYS);
        summary.getStyleClass().add("semibold");
        summary.setWrapText(true);
        summary.setMinHeight(Region.USE_PREF_SIZE);
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.setAccessibleText(words.of("provision.run.progress"));
        bar.setFocusTraversable(false);
        VBox head = new VBox(summary, bar);
        head.getStyleClass().add("run-head");
        VBox left = new VBox(head, list);
        left.getStyleClass().add("run-left");
        detail.getStyleClass().add("provision-step");
        Node right = ProvisionPage.scrolled(detail);
        HBox.setHgrow(right, Priority.ALWAYS);
        box.getChildren().setAll(left, right);
        model.provisionRun().runs().addListener((ListChangeListener<MachineRun>) _ -> draw());
        model.provisionRun().lookedProperty().subscribe(_ -> draw());
        model.provisionRun().phaseProperty().subscribe(_ -> draw());
    }

    Node node() {
        return box;
    }

    private void draw() {
        int done = model.provisionRun().count(MachineRun.State.DONE);
        int failed = model.provisionRun().count(MachineRun.State.FAILED);
        int stopped = model.provisionRun().count(MachineRun.State.CANCELLED);
        summary.setText(
                words.of("provision.run.summary", model.provisionRun().runs().size(), done, failed, stopped));
        bar.setProgress(
                model.provisionRun().runs().isEmpty()
                        ? 0
                        : (double) (done + failed + stopped)
                                / model.provisionRun().runs().size());
        MachineRun looked = null;
        for (int i = 0; i < model.provisionRun().runs().size(); i++) {
            if (model.provisionRun()
                    .runs()
                    .get(i)
                    .id()
                    .equals(model.provisionRun().lookedProperty().get())) {
                looked = model.provisionRun().runs().get(i);
                selecting = true;
                list.getSelectionModel().select(i);
                selecting = false;
            }
        }
        drawDetail(looked);
    }

    private void drawDetail(@Nullable MachineRun run) {
        if (run == null) {
            detail.getChildren().setAll(wrapped(words.of("provision.run.choose"), "muted"));
            return;
        }
        steps.steps()
                .setAll(run.steps().stream()
                        .map(step -> new StepList.Step(
                                step.id(),
                                words.of("provision.do." + step.id()),
                                switch (step.mark()) {
                                    case PENDING -> run.over() ? StepList.State.SKIPPED : StepList.State.PENDING;
                                    case RUNNING -> StepList.State.RUNNING;
                                    case DONE -> StepList.State.PASSED;
                                    case FAILED -> StepList.State.FAILED;
                                },
                                step.said(),
                                ""))
                        .toList());
        List<Node> parts = new ArrayList<>();
        parts.add(heading(run));
        if (run.problem() != null) {
            parts.add(ProblemView.of(words, run.problem()));
        }
        for (String warning : run.warnings()) {
            Label text = wrapped(warning);
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox row = new HBox(Shapes.TRIANGLE.boxed("warning"), text);
            row.getStyleClass().addAll("message", "warning");
            parts.add(row);
        }
        run.receipt().ifPresent(receipt -> parts.add(facts(receipt)));
        parts.add(steps);
        run.receipt().flatMap(ProvisionReceipt::delivered).ifPresent(sent -> parts.add(files(sent)));
        detail.getChildren().setAll(parts);
    }

    private Node heading(MachineRun run) {
        Label title = label(
                words.of(run.receipt().isPresent() ? "provision.receipt.of" : "provision.run.of", run.name()),
                "detail-title");
        title.setMinWidth(0);
        title.getStyleClass().addAll("data", "may-cut");
        Label id = label(run.id().value(), "mono", "muted");
        Button export = new Button(words.of("provision.export"), Glyph.DOWNLOAD.icon("button-size"));
        export.setId("provision-export");
        export.setMinWidth(Region.USE_PREF_SIZE);
        export.setOnAction(_ -> run.receipt().ifPresent(receipt -> export(receipt, run)));
        show(export, run.receipt().isPresent());
        Button stop = new Button(words.of("provision.stop-one", run.name()), Glyph.STOP.icon("button-size"));
        stop.setMinWidth(Region.USE_PREF_SIZE);
        stop.setOnAction(_ -> model.provisionRun().cancel(run.id()));
        show(stop, run.state() == MachineRun.State.RUNNING);
        HBox first = new HBox(title, gap(), stop, export);
        first.getStyleClass().add("provision-bar");
        VBox box = new VBox(first, id);
        return box;
    }

    private void export(ProvisionReceipt receipt, MachineRun run) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("provision.export"));
        chooser.setInitialFileName("receipt-" + run.id() + ".json");
        chooser.getExtensionFilters()
                .setAll(
                        new FileChooser.ExtensionFilter("JSON", "*.json"),
                        new FileChooser.ExtensionFilter(words.of("provision.export.text"), "*.txt"));
        File chosen = chooser.showSaveDialog(box.getScene().getWindow());
        if (chosen != null) {
            model.provisionRun().export(receipt, chosen.toPath());
        }
    }

    private Node facts(ProvisionReceipt receipt) {
        GridPane grid = new GridPane();
        grid.getStyleClass().addAll("provision-facts", "well");
        fact(
                grid,
                "provision.receipt.key",
                words.of(receipt.keyProven() ? "provision.receipt.proven" : "provision.receipt.no-key"));
        receipt.delivered()
                .flatMap(Delivered::certificate)
                .ifPresent(certificate -> fact(
                        grid,
                        "provision.receipt.certificate",
                        words.of(
                                "provision.receipt.certificate.value",
                                certificate.serial().toString(),
                                certificate.subject(),
                                certificate.until().toString().substring(0, 10))));
        fact(grid, "provision.receipt.script", script(receipt));
        fact(
                grid,
                "provision.receipt.policies",
                receipt.policies().isEmpty() ? words.of("provision.receipt.none") : receipt.policies());
        receipt.delivered()
                .flatMap(sent -> sent.contents().sha256())
                .ifPresent(digest -> fact(grid, "provision.receipt.digest", digest));
        return grid;
    }

    private String script(ProvisionReceipt receipt) {
        return switch (receipt.outcome().stage()) {
            case NOT_REPORTED -> words.of("provision.script.not-reported");
            case OPENING -> words.of("provision.script.opening");
            case RUNNING ->
                words.of(
                        "provision.script.running",
                        receipt.outcome().runningSince().orElse(""));
            case DONE ->
                receipt.outcome().exit().isPresent()
                        ? words.of(
                                "provision.script.ended",
                                receipt.outcome().exit().getAsInt())
                        : words.of("provision.script.none");
            case FAILED ->
                words.of("provision.script.failed", receipt.outcome().said().orElse(""));
        };
    }

    private void fact(GridPane grid, String key, String value) {
        Label name = label(words.of(key), "muted");
        name.setMinWidth(Label.USE_PREF_SIZE);
        grid.addRow(grid.getRowCount(), name, wrapped(value, "data"));
    }

    private Node files(Delivered sent) {
        VBox rows = new VBox();
        rows.getStyleClass().add("receipt-files");
        for (PackedFile file : sent.contents()
                .files()
                .subList(0, Math.min(100, sent.contents().files().size()))) {
            Label name = label(file.name(), "data", "may-cut");
            name.setMinWidth(40);
            Label digest = label(
                    file.sha256()
                            .map(hex -> hex.substring(0, 8) + " " + hex.substring(8, 16) + "…")
                            .orElse(""),
                    "mono",
                    "muted");
            digest.setMinWidth(Region.USE_PREF_SIZE);
            Label size = label(words.of("provision.size.bytes", file.size()), "muted");
            size.setMinWidth(Region.USE_PREF_SIZE);
            HBox row = new HBox(name, gap(), size, digest);
            row.getStyleClass().add("file-row");
            file.sha256()
                    .ifPresent(hex -> row.getChildren()
                            .add(ProvisionPage.copy(words, row, words.of("provision.copy-digest", file.name()), hex)));
            rows.getChildren().add(row);
        }
        VBox part = new VBox(
                label(
                        words.of(
                                "provision.receipt.files",
                                sent.contents().files().size()),
                        "semibold"),
                rows);
        part.getStyleClass().add("provision-part");
        return part;
    }

    private final class Cell extends ListCell<MachineRun> {
        private final Label name = new Label();
        private final Label state = new Label();
        private final StackPane shape = new StackPane();
        private final HBox ticks = new HBox();
        private final VBox row;

        Cell() {
            name.getStyleClass().addAll("semibold", "data", "may-cut");
            state.setWrapText(true);
            state.setMinHeight(Region.USE_PREF_SIZE);
            shape.setMinSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
            HBox.setHgrow(state, Priority.ALWAYS);
            HBox second = new HBox(shape, state);
            second.getStyleClass().add("provision-bar");
            ticks.getStyleClass().add("run-ticks");
            row = new VBox(name, second, ticks);
            row.getStyleClass().add("run-row");
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(@Nullable MachineRun run, boolean empty) {
            super.updateItem(run, empty);
            setText(null);
            if (run == null || empty) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            name.setText(run.name());
            String said = state(run);
            state.setText(said);
            shape.getChildren()
                    .setAll(
                            switch (run.state()) {
                                case WAITING -> Shapes.RING.boxed();
                                case RUNNING -> Shapes.HALF.boxed("info");
                                case DONE -> Shapes.DISC_TICK.boxed("success");
                                case FAILED -> Shapes.OCTAGON_CROSS.boxed("danger");
                                case CANCELLED -> Shapes.DASH.boxed("warning");
                            });
            ticks.getChildren()
                    .setAll(run.steps().stream()
                            .map(step -> {
                                Region tick = new Region();
                                tick.getStyleClass()
                                        .addAll(
                                                "run-tick",
                                                "run-tick-" + step.mark().name().toLowerCase(java.util.Locale.ROOT));
                                HBox.setHgrow(tick, Priority.ALWAYS);
                                return tick;
                            })
                            .toList());
            setGraphic(row);
            setAccessibleText(words.of("provision.run.accessible", run.name(), said));
        }

        private String state(MachineRun run) {
            return switch (run.state()) {
                case WAITING, DONE, CANCELLED ->
                    words.of("provision.state." + run.state().key());
                case FAILED -> Objects.requireNonNull(run.problem()).whatHappened();
                case RUNNING ->
                    run.steps().stream()
                            .filter(step -> step.mark() == MachineRun.Mark.RUNNING)
                            .findFirst()
                            .map(step -> words.of("provision.do." + step.id()))
                            .orElse(words.of("provision.state.running"));
            };
        }
    }
}

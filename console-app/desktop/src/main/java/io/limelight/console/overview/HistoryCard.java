package io.limelight.console.overview;

import io.limelight.console.fleet.History;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.controlsfx.control.SegmentedButton;

/** Passes and failures of the last hour, day or week, as a chart or as the table behind it. */
final class HistoryCard {
    private final Words words;
    private final VBox card = new VBox();
    private final Label sum = new Label();
    private final HBox summary = new HBox();
    private final VBox body = new VBox();
    private final Hyperlink toggle = new Hyperlink();
    private final Label title = new Label();
    private boolean table;
    private OverviewViewModel.Past past = new OverviewViewModel.Past(HistoryRange.DAY, Optional.empty());

    HistoryCard(Words words, ObjectProperty<HistoryRange> range) {
        this.words = words;
        title.getStyleClass().add("card-title");
        sum.getStyleClass().add("muted");
        sum.setWrapText(true);
        sum.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(sum, Priority.ALWAYS);
        toggle.setMinWidth(Region.USE_PREF_SIZE);
        summary.getChildren().addAll(sum, toggle);
        summary.getStyleClass().add("history-sum");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        title.setMinWidth(Region.USE_PREF_SIZE);
        SegmentedButton choice = ranges(range);
        choice.setMinWidth(Region.USE_PREF_SIZE);
        HBox head = new HBox(title, gap, choice);
        head.getStyleClass().add("card-head");
        body.getStyleClass().add("card-body");
        card.getStyleClass().addAll("card", "history-card");
        card.getChildren().addAll(head, body);
        toggle.setOnAction(_ -> {
            table = !table;
            draw();
        });
        draw();
    }

    Region node() {
        return card;
    }

    private SegmentedButton ranges(ObjectProperty<HistoryRange> range) {
        SegmentedButton choice = new SegmentedButton();
        choice.setToggleGroup(new ToggleGroup());
        for (HistoryRange each : HistoryRange.values()) {
            ToggleButton button = new ToggleButton(words.of("overview.range." + each.key()));
            button.setId("range-" + each.key());
            button.setAccessibleText(words.of("overview.history." + each.key()));
            // What is chosen stays chosen when it is pressed again.
            button.setOnAction(_ -> {
                button.setSelected(true);
                range.set(each);
            });
            range.subscribe(chosen -> button.setSelected(chosen == each));
            choice.getButtons().add(button);
        }
        return choice;
    }

    void draw(Loaded<OverviewViewModel.Past> state) {
        OverviewViewModel.Past told = state.value();
        if (state.problem() != null && told == null) {
            toggle.setVisible(false);
            body.getChildren().setAll(ProblemView.of(words, state.problem()));
            return;
        }
        if (told != null && !told.equals(past)) {
            // Drawn only when it changed: a table keeps its place, a pointer its tooltip.
            past = told;
            draw();
        }
    }

    private void draw() {
        title.setText(words.of("overview.history." + past.range().key()));
        boolean any = past.history().isPresent();
        toggle.setVisible(any);
        toggle.setText(words.of(table ? "overview.history.chart" : "overview.history.table"));
        if (!any) {
            Label none = new Label(words.of("overview.history.none"));
            none.getStyleClass().add("muted");
            none.setWrapText(true);
            body.getChildren().setAll(none);
            return;
        }
        History known = past.history().get();
        long passed = known.steps().stream().mapToLong(History.Step::passed).sum();
        long failed = known.steps().stream().mapToLong(History.Step::failed).sum();
        sum.setText(words.of("overview.history.sum", passed, failed));
        body.getChildren().setAll(summary, table ? table(known) : chart(known));
        if (known.steps().stream().anyMatch(step -> !step.recorded())) {
            Label gap = new Label(words.of("overview.history.gap"));
            gap.getStyleClass().addAll("muted", "text-small");
            gap.setWrapText(true);
            body.getChildren().add(gap);
        }
    }

    private Node chart(History known) {
        VBox charts = new VBox(
                label("overview.history.passes"),
                new StepChart(words, past.range(), known, History.Step::passed, "bar-passed", 150),
                label("overview.history.failures"),
                new StepChart(words, past.range(), known, History.Step::failed, "bar-failed", 90));
        charts.getStyleClass().add("charts");
        return charts;
    }

    private Label label(String key) {
        Label label = new Label(words.of(key));
        label.getStyleClass().addAll("muted", "text-small");
        return label;
    }

    private Node table(History known) {
        TableView<History.Step> table = new TableView<>();
        table.setAccessibleText(words.of("overview.history." + past.range().key()));
        table.getItems().setAll(known.steps().reversed());
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        table.getColumns().add(column("overview.history.column.from", step -> time(past.range(), step.from())));
        table.getColumns().add(column("overview.history.column.passed", step -> number(step, step.passed())));
        table.getColumns().add(column("overview.history.column.failed", step -> number(step, step.failed())));
        table.setPrefHeight(300);
        VBox.setVgrow(table, Priority.ALWAYS);
        return table;
    }

    private String number(History.Step step, long value) {
        return step.recorded() ? words.of("machines.count", value) : words.of("overview.history.no-data");
    }

    private TableColumn<History.Step, String> column(String key, Function<History.Step, String> what) {
        TableColumn<History.Step, String> column = new TableColumn<>(words.of(key));
        column.setCellValueFactory(row -> new javafx.beans.property.ReadOnlyStringWrapper(what.apply(row.getValue())));
        column.setSortable(false);
        return column;
    }

    static String time(HistoryRange range, Instant instant) {
        return DateTimeFormatter.ofPattern(range.time())
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }
}

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
import javafx.scene.Node;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Passes and failures of the last day, as a chart or as the table behind it. */
final class HistoryCard {
    private final Words words;
    private final VBox card = new VBox();
    private final Label sum = new Label();
    private final VBox body = new VBox();
    private final Hyperlink toggle = new Hyperlink();
    private boolean table;
    private Optional<History> history = Optional.empty();

    HistoryCard(Words words) {
        this.words = words;
        Label title = new Label(words.of("overview.history"));
        title.getStyleClass().add("card-title");
        sum.getStyleClass().add("muted");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox head = new HBox(title, gap, toggle);
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

    void draw(Loaded<Optional<History>> state) {
        if (state.problem() != null && state.value() == null) {
            toggle.setVisible(false);
            body.getChildren().setAll(ProblemView.of(words, state.problem()));
            return;
        }
        if (state.value() != null) {
            history = state.value();
            draw();
        }
    }

    private void draw() {
        boolean any = history.isPresent();
        toggle.setVisible(any);
        toggle.setText(words.of(table ? "overview.history.chart" : "overview.history.table"));
        if (!any) {
            Label none = new Label(words.of("overview.history.none"));
            none.getStyleClass().add("muted");
            none.setWrapText(true);
            body.getChildren().setAll(none);
            return;
        }
        History known = history.get();
        long passed = known.steps().stream().mapToLong(History.Step::passed).sum();
        long failed = known.steps().stream().mapToLong(History.Step::failed).sum();
        sum.setText(words.of("overview.history.sum", passed, failed));
        body.getChildren().setAll(sum, table ? table(known) : chart(known));
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
                new StepChart(words, known, History.Step::passed, "bar-passed", 150),
                label("overview.history.failures"),
                new StepChart(words, known, History.Step::failed, "bar-failed", 90));
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
        table.setAccessibleText(words.of("overview.history"));
        table.getItems().setAll(known.steps().reversed());
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        table.getColumns().add(column("overview.history.column.from", step -> time(step.from())));
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

    static String time(Instant instant) {
        return DateTimeFormatter.ofPattern("HH:mm")
                .withZone(ZoneId.systemDefault())
                .format(instant);
    }
}

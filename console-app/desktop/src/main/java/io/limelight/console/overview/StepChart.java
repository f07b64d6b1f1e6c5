package io.limelight.console.overview;

import io.limelight.console.fleet.History;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;

/**
 * A bar for each step of time. Plain regions, so that the style sheet colours them and a pointer over one tells its numbers; a step
 * that was not recorded is hatched from top to bottom, and never a bar of height nothing.
 */
final class StepChart extends Pane {
    private static final double AXIS = 20;
    private static final int LABELS = 4;

    private final List<Region> bars = new ArrayList<>();
    private final List<Label> times = new ArrayList<>();
    private final Label most = new Label();
    private final Region base = new Region();
    private final Region top = new Region();
    private final History history;
    private final ToLongFunction<History.Step> value;
    private final long highest;

    StepChart(
            Words words,
            HistoryRange range,
            History history,
            ToLongFunction<History.Step> value,
            String styleClass,
            double height) {
        this.history = history;
        this.value = value;
        this.highest =
                Math.max(1, history.steps().stream().mapToLong(value).max().orElse(1));
        getStyleClass().add("step-chart");
        setPrefHeight(height);
        setMinHeight(height);
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setAccessibleText(words.of(
                "overview.history.sum",
                history.steps().stream().mapToLong(History.Step::passed).sum(),
                history.steps().stream().mapToLong(History.Step::failed).sum()));
        base.getStyleClass().add("axis");
        top.getStyleClass().add("grid-line");
        most.setText(words.of("machines.count", highest));
        most.getStyleClass().addAll("muted", "axis-label");
        getChildren().addAll(top, base, most);
        for (History.Step step : history.steps()) {
            Region bar = new Region();
            bar.getStyleClass().add(step.recorded() ? styleClass : "bar-no-data");
            Tooltip.install(
                    bar,
                    new Tooltip(HistoryCard.time(range, step.from()) + "  "
                            + (step.recorded()
                                    ? words.of("machines.count", value.applyAsLong(step))
                                    : words.of("overview.history.no-data"))));
            bars.add(bar);
            getChildren().add(bar);
        }
        int every = Math.max(1, history.steps().size() / LABELS);
        for (int i = every / 2; i < history.steps().size(); i += every) {
            Label time =
                    new Label(HistoryCard.time(range, history.steps().get(i).from()));
            time.getStyleClass().addAll("muted", "axis-label");
            time.setUserData(i);
            times.add(time);
            getChildren().add(time);
        }
    }

    @Override
    protected void layoutChildren() {
        double left = Math.ceil(most.prefWidth(-1)) + 6;
        double width = getWidth() - left;
        double height = getHeight() - AXIS;
        int steps = Math.max(1, history.steps().size());
        double each = width / steps;
        for (int i = 0; i < bars.size(); i++) {
            History.Step step = history.steps().get(i);
            double x = Math.floor(left + i * each);
            double wide = Math.max(1, Math.floor(left + (i + 1) * each) - x - (each > 3 ? 1 : 0));
            long number = value.applyAsLong(step);
            double tall = step.recorded() ? Math.ceil(height * number / highest) : height;
            bars.get(i).resizeRelocate(x, height - tall, wide, tall);
            bars.get(i).setVisible(tall > 0);
        }
        base.resizeRelocate(left, height, width, 1);
        top.resizeRelocate(left, 0, width, 1);
        most.autosize();
        most.relocate(0, -2);
        for (Label time : times) {
            time.autosize();
            double x = left + ((int) time.getUserData()) * each - time.getWidth() / 2;
            time.relocate(Math.max(left, Math.min(x, getWidth() - time.getWidth())), height + 4);
        }
    }
}

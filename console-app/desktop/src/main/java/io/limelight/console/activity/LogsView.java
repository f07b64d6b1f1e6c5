package io.limelight.console.activity;

import io.limelight.console.kit.Clip;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Optional;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The end of a log, followed. */
final class LogsView {
    private static final double ROW = 21;

    private final Words words;
    private final LogsViewModel model;
    private final BorderPane root = new BorderPane();
    private final ListView<LogLine> list = new ListView<>();

    LogsView(Words words, LogsViewModel model, ObservableDoubleValue scale) {
        this.words = words;
        this.model = model;
        list.setItems(model.lines());
        list.setId("log-lines");
        list.getStyleClass().add("log-lines");
        list.setAccessibleText(words.of("activity.log.lines"));
        scale.subscribe(factor -> list.setFixedCellSize(Math.ceil(ROW * factor.doubleValue())));
        list.setCellFactory(_ -> new Cell());
        ProblemView problem = new ProblemView(words);
        EmptyState none = new EmptyState(words, Glyph.TERMINAL, words.of("activity.log.none"), null, null);
        StackPane body = new StackPane(list, none);
        model.lines().addListener((ListChangeListener<LogLine>) _ -> {
            Bits.show(none, model.lines().isEmpty());
            if (model.followProperty().get() && !model.lines().isEmpty()) {
                list.scrollTo(model.lines().size() - 1);
            }
        });
        model.problemProperty().subscribe(said -> said.ifPresentOrElse(problem::show, problem::clear));
        VBox top = new VBox(bar(), problem);
        top.getStyleClass().add("activity-bar");
        root.setTop(top);
        root.setCenter(body);
    }

    private Node bar() {
        ComboBox<LogSources.Source> source = Bits.choice(
                words,
                "log-source",
                "activity.log.source",
                List.of(),
                each -> each.name().isEmpty() ? words.of("activity.log.own") : each.name(),
                model.sourceProperty());
        source.getStyleClass().add("data");
        source.setItems(model.sources());
        ComboBox<LogLine.Level> level = Bits.choice(
                words,
                "log-level",
                "activity.log.level",
                List.of(LogLine.Level.values()),
                each -> words.of("activity.log.level." + each.key()),
                model.levelProperty());
        TextField filter = new TextField();
        filter.setId("log-filter");
        filter.setPromptText(words.of("activity.log.filter"));
        filter.setAccessibleText(words.of("activity.log.filter"));
        filter.setPrefColumnCount(24);
        filter.textProperty().bindBidirectional(model.filterProperty());
        ToggleButton follow = new ToggleButton(words.of("activity.log.follow"), Glyph.CHEVRON_DOWN.icon("button-size"));
        follow.setId("log-follow");
        follow.setMinWidth(Region.USE_PREF_SIZE);
        follow.selectedProperty().bindBidirectional(model.followProperty());
        Button copy = new Button(words.of("activity.log.copy"), Glyph.COPY.icon("button-size"));
        copy.setId("log-copy");
        copy.setMinWidth(Region.USE_PREF_SIZE);
        copy.setOnAction(_ -> Clip.copy(words, copy, model.text()));
        FlowPane bar = new FlowPane(8, 8, source, level, filter, follow, copy);
        return bar;
    }

    Node node() {
        return root;
    }

    void shown() {
        model.shown();
    }

    void hidden() {
        model.hidden();
    }

    Optional<Sheet> sheet() {
        return Optional.of(new Sheet(
                words.of("activity.tab.logs"),
                List.of(words.of("activity.log.level"), words.of("activity.log.line")),
                model.lines().stream()
                        .map(line -> List.of(
                                words.of("activity.log.level." + line.level().key()), line.text()))
                        .toList()));
    }

    private static final class Cell extends ListCell<LogLine> {
        Cell() {
            getStyleClass().addAll("mono", "data", "may-cut", "log-line");
        }

        @Override
        protected void updateItem(@Nullable LogLine line, boolean empty) {
            super.updateItem(line, empty);
            getStyleClass().removeAll("log-warn", "log-error", "log-debug");
            if (line == null || empty) {
                setText(null);
                return;
            }
            setText(line.text());
            switch (line.level()) {
                case WARN -> getStyleClass().add("log-warn");
                case ERROR -> getStyleClass().add("log-error");
                case DEBUG -> getStyleClass().add("log-debug");
                case INFO -> {}
            }
        }
    }
}

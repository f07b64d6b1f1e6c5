package io.limelight.console.shell;

import io.limelight.console.kit.Ageing;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.controlsfx.control.PopOver;

/** The bottom of the window: what is under way or ended last, what this console asks of its servers, the time. */
final class TaskBar extends HBox {
    private final Words words;
    private final Tasks tasks;
    private final TaskCentre centre;
    private final Button last = new Button();
    private final ProgressBar progress = new ProgressBar();
    private final Label time = new Label();
    private final InstantSource clock;
    private final DateTimeFormatter format;
    private final Runnable tick = this::tick;
    private final PopOver popOver;

    TaskBar(Words words, ShellViewModel model, Tasks tasks, TaskCentre centre, InstantSource clock) {
        this.words = words;
        this.tasks = tasks;
        this.centre = centre;
        this.clock = clock;
        format = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.LONG)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault());
        getStyleClass().add("task-bar");
        last.setId("task-bar-last");
        last.getStyleClass().addAll("flat", "task-bar-button", "may-cut");
        last.setMinWidth(0);
        last.setMnemonicParsing(false);
        last.setOnAction(event -> open());
        progress.setPrefWidth(96);
        progress.setAccessibleText(words.of("shell.tasks.progress"));
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Label load = new Label();
        load.getStyleClass().addAll("muted", "may-cut");
        load.textProperty().bind(model.loadProperty());
        time.setMinWidth(USE_PREF_SIZE);
        getChildren().addAll(last, progress, gap, load, time);
        popOver = new PopOver(centre);
        popOver.setTitle(words.of("shell.tasks"));
        popOver.setArrowLocation(PopOver.ArrowLocation.BOTTOM_LEFT);
        popOver.setDetachable(false);
        popOver.setAnimated(false);
        Ageing.whileInScene(this, tick);
        draw();
    }

    /** Shows all tasks. */
    void open() {
        centre.draw();
        popOver.show(last);
    }

    boolean isOpen() {
        return popOver.isShowing();
    }

    /** A task began, changed or ended. */
    void draw() {
        List<TaskHandle<?>> all = tasks.list();
        List<TaskHandle<?>> running =
                all.stream().filter(task -> !task.status().state().over()).toList();
        progress.setVisible(!running.isEmpty());
        progress.setManaged(!running.isEmpty());
        if (!running.isEmpty()) {
            TaskHandle<?> newest = running.getLast();
            progress.setProgress(newest.status().fraction().orElse(ProgressBar.INDETERMINATE_PROGRESS));
            last.setGraphic(Glyph.ACTIVITY.icon("small"));
            last.setText(
                    running.size() == 1
                            ? newest.status().step().isEmpty()
                                    ? newest.title()
                                    : words.of(
                                            "shell.tasks.one",
                                            newest.title(),
                                            newest.status().step())
                            : words.of("shell.tasks.many", running.size(), newest.title()));
        } else if (all.isEmpty()) {
            last.setGraphic(null);
            last.setText(words.of("shell.tasks.idle"));
        } else {
            TaskHandle<?> newest = all.getLast();
            last.setGraphic(
                    switch (newest.status().state()) {
                        case DONE -> ShapeMark.tick("success", "small");
                        case FAILED -> ShapeMark.failed("danger", "small");
                        default -> ShapeMark.unknown("small");
                    });
            last.setText(words.of(
                    "shell.tasks.last",
                    newest.title(),
                    words.of("shell.task." + newest.status().state().key())));
        }
        if (isOpen()) {
            centre.draw();
        }
    }

    private void tick() {
        time.setText(format.format(clock.instant()));
    }
}

package io.limelight.console.shell;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.controlsfx.control.TaskProgressView;

/** What is under way, with its step, its share and a way to stop it; and what is over, with how it ended. */
final class TaskCentre extends VBox {
    private final Words words;
    private final Tasks tasks;
    private final InstantSource clock;
    private final Executor work;
    private final TaskProgressView<TaskMirror> running = new TaskProgressView<>();
    private final Map<Long, TaskMirror> mirrors = new HashMap<>();
    private final VBox ended = new VBox();
    private final Label nothing;
    private final Button forget;

    TaskCentre(Words words, Tasks tasks, InstantSource clock, Executor work) {
        this.words = words;
        this.tasks = tasks;
        this.clock = clock;
        this.work = work;
        getStyleClass().add("task-centre");
        Label title = new Label(words.of("shell.tasks"));
        title.getStyleClass().add("card-title");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        forget = new Button(words.of("shell.tasks.forget"));
        forget.getStyleClass().addAll("flat", "small");
        forget.setOnAction(event -> {
            tasks.forgetEnded();
            draw();
        });
        HBox head = new HBox(title, gap, forget);
        head.getStyleClass().add("page-head");
        nothing = new Label(words.of("shell.tasks.none"));
        nothing.getStyleClass().add("muted");
        running.setGraphicFactory(task -> Glyph.ACTIVITY.icon());
        running.setAccessibleText(words.of("shell.tasks.running"));
        running.setFocusTraversable(false);
        ended.getStyleClass().add("ended-tasks");
        ScrollPane scroll = new ScrollPane(ended);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        getChildren().addAll(head, nothing, running, scroll);
        draw();
    }

    /** Something changed. */
    void draw() {
        List<TaskHandle<?>> all = tasks.list();
        boolean any = false;
        for (TaskHandle<?> task : all) {
            if (task.status().state().over()) {
                mirrors.remove(task.number());
            } else {
                any = true;
                TaskMirror mirror = mirrors.get(task.number());
                if (mirror == null) {
                    mirror = new TaskMirror(task);
                    mirrors.put(task.number(), mirror);
                    running.getTasks().add(mirror);
                    work.execute(mirror);
                } else {
                    mirror.look();
                }
            }
        }
        running.setVisible(any);
        running.setManaged(any);
        List<TaskHandle<?>> over = all.reversed().stream()
                .filter(task -> task.status().state().over())
                .toList();
        ended.getChildren().setAll(over.stream().map(this::row).toList());
        nothing.setVisible(all.isEmpty());
        nothing.setManaged(all.isEmpty());
        forget.setVisible(!over.isEmpty());
    }

    /** The control's button speaks the language of the Java below and not of this window. */
    @Override
    protected void layoutChildren() {
        super.layoutChildren();
        for (Node node : running.lookupAll(".task-cancel-button")) {
            if (node instanceof Button button) {
                button.setText(words.of("shell.tasks.stop"));
                button.setMinWidth(USE_PREF_SIZE);
            }
        }
    }

    private Node row(TaskHandle<?> task) {
        TaskHandle.Status status = task.status();
        Label title = new Label(task.title());
        title.setWrapText(true);
        title.setMinHeight(USE_PREF_SIZE);
        HBox.setHgrow(title, Priority.ALWAYS);
        title.setMaxWidth(Double.MAX_VALUE);
        Label how = new Label(words.of(
                "shell.tasks.ended",
                words.of("shell.task." + status.state().key()),
                Ages.text(words, task.duration(clock.instant()))));
        how.getStyleClass().add("muted");
        how.setMinWidth(USE_PREF_SIZE);
        HBox first = new HBox(
                switch (status.state()) {
                    case DONE -> ShapeMark.tick("success");
                    case FAILED -> ShapeMark.failed("danger");
                    default -> ShapeMark.unknown();
                },
                title,
                how);
        first.getStyleClass().add("lamp");
        VBox row = new VBox(first);
        row.getStyleClass().add("ended-task");
        status.problem().ifPresent(problem -> row.getChildren().add(ProblemView.of(words, problem)));
        return row;
    }
}

package io.limelight.console;

import io.limelight.console.kit.StepList;
import io.limelight.console.kit.StepList.State;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.words.Words;
import io.limelight.console.work.TaskHandle;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;

/** What a sandbox that is being started does, step by step. */
final class SandboxStart extends VBox implements AutoCloseable {
    private final Words words;
    private final TaskHandle<SandboxSession> task;
    private final InstantSource clock;
    private final StepList steps;
    private final Label took = new Label();
    private final Button cancel;
    private final Timeline timer;

    SandboxStart(Words words, TaskHandle<SandboxSession> task, InstantSource clock) {
        super(16);
        this.words = words;
        this.task = task;
        this.clock = clock;
        this.steps = new StepList(words);
        took.getStyleClass().add("muted");
        cancel = new Button(words.of("shell.sandbox.cancel"));
        cancel.setId("sandbox-cancel");
        cancel.setOnAction(_ -> task.cancel());
        setPrefWidth(560);
        getChildren().addAll(steps, new HBox(16, cancel, took));
        timer = new Timeline(new KeyFrame(javafx.util.Duration.millis(200), _ -> draw()));
        timer.setCycleCount(Animation.INDEFINITE);
        timer.play();
        draw();
    }

    Node focus() {
        return cancel;
    }

    private void draw() {
        List<String> begun = task.status().steps();
        List<StepList.Step> drawn = new ArrayList<>();
        for (int i = 0; i < begun.size(); i++) {
            boolean last = i == begun.size() - 1;
            drawn.add(new StepList.Step("step" + i, begun.get(i), last ? State.RUNNING : State.PASSED, "", ""));
        }
        if (!drawn.equals(steps.steps())) {
            steps.steps().setAll(drawn);
        }
        Duration since = task.duration(clock.instant());
        took.setText(words.of("shell.sandbox.took", since.toSeconds()));
    }

    @Override
    public void close() {
        timer.stop();
    }
}

package io.limelight.console.payloads;

import io.limelight.console.kit.ShapeMark;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ActionTrial;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Runs an action here, and shows what it printed and how it ended. */
final class TrialDialog {
    private final Words words;
    private final TrialViewModel model;
    private final DialogHost dialogs;

    TrialDialog(Words words, TrialViewModel model, DialogHost dialogs) {
        this.words = words;
        this.model = model;
        this.dialogs = dialogs;
    }

    void open(Node opener) {
        Button close = new Button(words.of("payloads.close"));
        dialogs.show(words.of("payloads.trial.title", model.action()), content(close), close, opener);
    }

    /** For pictures too. */
    VBox content(Button close) {
        Label warning = Bits.wrapped(words.of("payloads.trial.warning", System.getProperty("user.name", "")));
        HBox.setHgrow(warning, Priority.ALWAYS);
        HBox message = new HBox(ShapeMark.warning("warning"), warning);
        message.getStyleClass().addAll("message", "warning");
        Label status = Bits.wrapped("", "medium");
        TextArea output = new TextArea();
        output.setEditable(false);
        output.setPrefRowCount(10);
        output.getStyleClass().addAll("mono", "well");
        output.setAccessibleText(words.of("payloads.trial.output"));
        Button run = new Button(words.of("payloads.trial.run", model.action()));
        run.getStyleClass().add("accent");
        run.setOnAction(_ -> {
            if (model.stateProperty().get() instanceof TrialViewModel.State.Running) {
                model.stop();
            } else {
                model.run();
            }
        });
        close.setCancelButton(true);
        close.setOnAction(_ -> {
            model.stop();
            dialogs.hide();
        });
        model.stateProperty().subscribe(state -> {
            boolean running = state instanceof TrialViewModel.State.Running;
            run.setText(running ? words.of("payloads.trial.stop") : words.of("payloads.trial.run", model.action()));
            status.setText(sentence(state));
            Bits.show(status, !status.getText().isEmpty());
            if (state instanceof TrialViewModel.State.Ended(ActionTrial.Outcome outcome)) {
                output.setText(outcome.output() + (outcome.cut() ? "\n" + words.of("payloads.trial.cut") : ""));
            }
        });
        HBox buttons = new HBox(Bits.gap(), close, run);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = new VBox(message, status, output, buttons);
        box.getStyleClass().add("small-dialog");
        box.getStylesheets().add(Bits.sheet());
        return box;
    }

    private String sentence(TrialViewModel.State state) {
        return switch (state) {
            case TrialViewModel.State.Ready() -> "";
            case TrialViewModel.State.Running() -> words.of("payloads.trial.running");
            case TrialViewModel.State.Stopped() -> words.of("payloads.trial.stopped");
            case TrialViewModel.State.NotStarted(String why) -> words.of("payloads.trial.not-started", why);
            case TrialViewModel.State.Ended(ActionTrial.Outcome outcome) ->
                outcome.status().isEmpty()
                        ? words.of("payloads.trial.late")
                        : words.of(
                                "payloads.trial.ended",
                                outcome.status().getAsInt(),
                                outcome.took().toMillis());
        };
    }
}

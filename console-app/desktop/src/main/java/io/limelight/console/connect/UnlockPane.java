package io.limelight.console.connect;

import static io.limelight.console.connect.Doors.gap;
import static io.limelight.console.connect.Doors.label;
import static io.limelight.console.connect.Doors.show;
import static io.limelight.console.connect.Doors.wrapped;

import io.limelight.console.connect.UnlockViewModel.Mode;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Asks for the vault's passphrase, or for a new one. What floats it, a dialog or a sheet, is the window's to choose. */
public final class UnlockPane extends VBox {
    private final SecretField passphrase;
    private final SecretField again;
    private final UnlockViewModel model;

    /**
     * A pane.
     *
     * @param done is called once it is unlocked
     * @param cancelled is called when the person gives up
     */
    public UnlockPane(Words words, UnlockViewModel model, Runnable done, Runnable cancelled) {
        this.model = model;
        this.passphrase = new SecretField(words);
        this.again = new SecretField(words);
        getStyleClass().add("unlock");
        getStylesheets().add(Doors.sheet());
        setAccessibleRole(AccessibleRole.DIALOG);
        Label title = label("", "detail-title");
        Label text = wrapped("", "muted");
        Label second = label(words.of("unlock.again"), "field-name");
        passphrase.setName(words.of("unlock.passphrase"));
        again.setName(words.of("unlock.again"));
        second.setLabelFor(again.focusTarget());
        Label first = label(words.of("unlock.passphrase"), "field-name");
        first.setLabelFor(passphrase.focusTarget());
        VBox once = new VBox(first, passphrase);
        VBox twice = new VBox(second, again);
        once.getStyleClass().add("field");
        twice.getStyleClass().add("field");
        ProblemView problem = new ProblemView(words);
        Button cancel = new Button(words.of("unlock.cancel"));
        cancel.setId("unlock-cancel");
        cancel.setOnAction(_ -> cancelled.run());
        Button go = new Button();
        go.setId("unlock");
        go.getStyleClass().add("accent");
        go.setOnAction(_ -> submit());
        go.setMinWidth(Region.USE_PREF_SIZE);
        go.disableProperty()
                .bind(model.busyProperty()
                        .flatMap(busy -> passphrase.emptyProperty().map(empty -> busy || empty)));
        ProgressIndicator busy = new ProgressIndicator();
        busy.getStyleClass().add("unlock-busy");
        busy.setAccessibleText(words.of("unlock.busy"));
        busy.visibleProperty().bind(model.busyProperty());
        HBox acts = new HBox(busy, gap(), cancel, go);
        acts.getStyleClass().add("dialog-acts");
        getChildren().setAll(title, text, problem, once, twice, acts);
        passphrase.onEnter(() -> {
            if (model.modeProperty().get() == Mode.CREATE) {
                again.focusTarget().requestFocus();
            } else {
                submit();
            }
        });
        again.onEnter(this::submit);
        model.modeProperty().subscribe(mode -> {
            boolean create = mode == Mode.CREATE;
            title.setText(words.of(create ? "unlock.create.title" : "unlock.unlock.title"));
            setAccessibleText(title.getText());
            text.setText(words.of(create ? "unlock.create.text" : "unlock.unlock.text"));
            go.setText(words.of(create ? "unlock.create" : "unlock.unlock"));
            show(twice, create);
        });
        model.problemProperty().subscribe(said -> {
            show(problem, said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
        });
        model.unlockedProperty().subscribe(open -> {
            if (open) {
                passphrase.clear();
                again.clear();
                done.run();
            }
        });
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                cancelled.run();
            }
        });
    }

    /** Puts the caret where typing begins. */
    public void begin() {
        model.begin();
        passphrase.focusTarget().requestFocus();
    }

    private void submit() {
        if (passphrase.emptyProperty().getValue() || model.busyProperty().get()) {
            return;
        }
        try (SecretField.Value one = passphrase.value();
                SecretField.Value two = again.value()) {
            SecretBytes typed = Typed.secret(one);
            model.submit(typed, Typed.secret(two));
        }
        passphrase.clear();
        again.clear();
        passphrase.focusTarget().requestFocus();
    }
}

package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.show;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.SignedNotice;
import java.io.File;
import java.time.InstantSource;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.TextFormatter;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;

/** "Verify a notice…": a text, whose notifier, and what is to be thought of it. */
final class VerifyDialog extends VBox {
    private final Words words;
    private final InstantSource clock;
    private final ExaminationView examination;
    private final TextArea text = new TextArea();
    private final VBox outcome = new VBox();
    private final ScrollPane scroll = new ScrollPane(outcome);
    private final ProblemView problem;
    private final Button verify;

    VerifyDialog(VerifyViewModel model, NoticeWords said, Words words, InstantSource clock, Runnable hide) {
        this.words = words;
        this.clock = clock;
        this.examination = new ExaminationView(words, said);
        this.problem = new ProblemView(words);
        getStyleClass().add("verify-dialog");
        getStylesheets().add(Bits.sheet());
        text.setId("verify-text");
        text.setPrefRowCount(7);
        text.setWrapText(true);
        text.getStyleClass().add("mono");
        text.setPromptText(words.of("revocations.verify.prompt"));
        // What is longer is no notice, and would only cost memory here.
        text.setTextFormatter(new TextFormatter<>(change -> {
            if (change.getControlNewText().length() > SignedNotice.LONGEST) {
                change.setText("");
            }
            return change;
        }));
        text.textProperty().bindBidirectional(model.textProperty());
        TextField signers = new TextField();
        signers.setId("verify-signers");
        signers.textProperty().bindBidirectional(model.signersProperty());
        HBox.setHgrow(signers, Priority.ALWAYS);
        Button folder = icon(Glyph.FOLDER, "revocations.verify.folder");
        folder.setOnAction(_ -> {
            File chosen = new DirectoryChooser().showDialog(getScene().getWindow());
            if (chosen != null) {
                model.signersProperty().set(chosen.getPath());
            }
        });
        Button file = icon(Glyph.FILE, "revocations.verify.file");
        file.setOnAction(_ -> {
            File chosen = new FileChooser().showOpenDialog(getScene().getWindow());
            if (chosen != null) {
                model.signersProperty().set(chosen.getPath());
            }
        });
        HBox row = new HBox(signers, folder, file);
        row.getStyleClass().add("field-row");
        Button open = new Button(words.of("revocations.verify.open"), Glyph.FILE.icon("button-size"));
        open.setId("verify-open");
        open.setMinWidth(Region.USE_PREF_SIZE);
        open.setOnAction(_ -> {
            File chosen = new FileChooser().showOpenDialog(getScene().getWindow());
            if (chosen != null) {
                model.open(chosen.toPath());
            }
        });
        verify = new Button(words.of("revocations.verify.run"));
        verify.setId("verify-run");
        verify.getStyleClass().add("accent");
        verify.setMinWidth(Region.USE_PREF_SIZE);
        verify.setOnAction(_ -> model.verify());
        Button close = new Button(words.of("revocations.close"));
        close.setId("verify-close");
        close.setCancelButton(true);
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setOnAction(_ -> hide.run());
        HBox buttons = new HBox(open, Bits.gap(), close, verify);
        buttons.getStyleClass().add("dialog-buttons");
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        scroll.getStyleClass().add("verify-outcome");
        getChildren()
                .addAll(
                        wrapped(words.of("revocations.verify.explain"), "muted"),
                        field("revocations.verify.text", text, text),
                        field("revocations.verify.signers", row, signers),
                        scroll,
                        buttons);
        model.resultProperty().subscribe(this::draw);
        model.textProperty().subscribe(_ -> verify.setDisable(!model.ready()));
    }

    private Button icon(Glyph glyph, String key) {
        Button button = new Button(null, glyph.icon());
        button.getStyleClass().add("browse");
        button.setAccessibleText(words.of(key));
        button.setTooltip(new Tooltip(words.of(key)));
        return button;
    }

    private VBox field(String key, Node control, Node focus) {
        Label label = Bits.wrapped(words.of(key), "muted");
        label.setLabelFor(focus);
        focus.setAccessibleText(words.of(key));
        VBox box = new VBox(label, control);
        box.getStyleClass().add("field");
        return box;
    }

    private void draw(Loaded<NoticeExamination> state) {
        outcome.getChildren().clear();
        if (state.problem() != null) {
            problem.show(state.problem());
            outcome.getChildren().add(problem);
        } else if (state.value() != null && !state.loading()) {
            outcome.getChildren().add(examination.node(state.value(), clock.instant()));
        }
        show(scroll, !outcome.getChildren().isEmpty());
    }

    Node focus() {
        return text;
    }
}

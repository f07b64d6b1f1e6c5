package io.limelight.console.ca;

import static io.limelight.console.ca.Parts.field;
import static io.limelight.console.ca.Parts.gap;
import static io.limelight.console.ca.Parts.show;
import static io.limelight.console.ca.Parts.wrapped;

import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import java.util.List;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressIndicator;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The inside of a dialog about one act: what it does, what it needs, the secrets it asks for, how it went. */
final class ActPane extends VBox {
    private final Words words;
    private final CaActViewModel model;
    private final SecretField password;
    private final SecretField second;
    private final SecretField again;
    private final Label grade = Parts.wrapped("", "caption");
    private final Button run = new Button();
    private final Button keep;
    private final Label fault = wrapped("", "fault");
    private final VBox inputs = new VBox();
    private final HBox outcome = new HBox();
    private final ProblemView problem;
    private final Runnable hide;
    private final Look look;

    /**
     * How a dialog looks.
     *
     * @param explanation what the act does, a sentence or two
     * @param fields what it needs
     * @param run what its button says
     * @param keep what the safe button says
     * @param danger whether it cannot be taken back
     * @param second what the second secret is called; empty without one
     */
    record Look(String explanation, List<Node> fields, String run, String keep, boolean danger, String second) {}

    ActPane(Words words, CaActViewModel model, Look look, Runnable hide) {
        this.words = words;
        this.model = model;
        this.look = look;
        this.hide = hide;
        this.password = new SecretField(words);
        this.second = new SecretField(words);
        this.again = new SecretField(words);
        this.problem = new ProblemView(words);
        this.keep = new Button(look.keep());
        getStyleClass().add("act-pane");
        getStylesheets().add(Parts.sheet());
        inputs.getStyleClass().add("act-inputs");
        inputs.getChildren().add(wrapped(look.explanation(), "muted"));
        inputs.getChildren().addAll(look.fields());
        addSecrets();
        inputs.getChildren().add(fault);
        outcome.getStyleClass().addAll("message", "success");
        show(outcome, false);
        show(fault, false);
        getChildren().addAll(inputs, problem, outcome, buttons());
        bind();
    }

    private void addSecrets() {
        password.focusTarget().setId("ca-password");
        second.focusTarget().setId("ca-second");
        again.focusTarget().setId("ca-again");
        VBox passwordField = field(words.of("ca.password"), password, password.focusTarget());
        password.setName(words.of("ca.password"));
        Label kept = wrapped(words.of("ca.password.kept"), "muted");
        CheckBox remember = new CheckBox(words.of("ca.password.remember"));
        remember.selectedProperty().bindBidirectional(model.rememberProperty());
        VBox next = new VBox();
        next.getStyleClass().add("fields");
        if (!look.second().isEmpty()) {
            second.setName(look.second());
            again.setName(words.of("ca.password.again"));
            next.getChildren()
                    .addAll(
                            field(look.second(), second, second.focusTarget()),
                            grade,
                            field(words.of("ca.password.again"), again, again.focusTarget()));
        }
        show(next, !look.second().isEmpty());
        inputs.getChildren().addAll(passwordField, kept, next, remember);
        model.actProperty().subscribe(act -> arrange(act, passwordField, kept, remember));
        model.rememberedProperty().subscribe(_ -> arrange(model.actProperty().get(), passwordField, kept, remember));
    }

    private void arrange(Optional<CaAct> act, Node passwordField, Node kept, Node remember) {
        boolean needed = act.map(CaAct::needsPassword).orElse(passwordField.isVisible());
        boolean known = model.rememberedProperty().get();
        show(passwordField, needed && !known);
        show(kept, needed && known);
        show(
                remember,
                model.canRemember()
                        && !known
                        && (needed || act.filter(CaAct.Create.class::isInstance).isPresent()));
        draw();
    }

    private Node buttons() {
        run.setId("ca-run");
        run.setText(look.run());
        run.getStyleClass().add(look.danger() ? "danger" : "accent");
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setOnAction(_ -> submit());
        keep.setId("ca-keep");
        keep.setCancelButton(true);
        keep.setMinWidth(Region.USE_PREF_SIZE);
        keep.setOnAction(_ -> hide.run());
        ProgressIndicator busy = new ProgressIndicator();
        busy.getStyleClass().add("act-busy");
        busy.setAccessibleText(words.of("ca.busy"));
        busy.visibleProperty().bind(model.busyProperty());
        Button copy = new Button(words.of("kit.command.copy"), Glyph.TERMINAL.icon("button-size"));
        copy.setId("ca-command");
        // Long words of other languages: what is said on the other two comes first.
        copy.getStyleClass().addAll("flat", "may-cut");
        copy.setTooltip(new Tooltip(words.of("kit.command.copy")));
        copy.setOnAction(_ -> model.actProperty()
                .get()
                .flatMap(act -> CaCommands.of(act, model.folder()))
                .ifPresent(line -> copy(copy, line)));
        model.actProperty()
                .subscribe(act -> show(
                        copy,
                        act.flatMap(known -> CaCommands.of(known, model.folder()))
                                .isPresent()));
        HBox buttons = new HBox(copy, gap(), busy, keep, run);
        buttons.getStyleClass().add("dialog-buttons");
        return buttons;
    }

    private void copy(Button beside, CommandLine line) {
        io.limelight.console.kit.Clip.copy(words, beside, line.text());
    }

    private void bind() {
        password.onEnter(this::submit);
        second.onEnter(() -> again.focusTarget().requestFocus());
        again.onEnter(this::submit);
        password.emptyProperty().subscribe(_ -> draw());
        second.focusTarget().textProperty().subscribe(_ -> {
            drawGrade();
            draw();
        });
        again.focusTarget().textProperty().subscribe(_ -> draw());
        model.busyProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(said -> said.ifPresentOrElse(problem::show, problem::clear));
        model.outcomeProperty().subscribe(said -> said.ifPresent(this::done));
    }

    private void done(String sentence) {
        Label text = wrapped(sentence);
        text.setId("ca-outcome");
        HBox.setHgrow(text, Priority.ALWAYS);
        outcome.getChildren().setAll(Shapes.DISC_TICK.boxed("large", "success"), text);
        show(outcome, true);
        show(inputs, false);
        show(run, false);
        keep.setText(words.of("ca.close"));
        keep.requestFocus();
        forget();
    }

    private void drawGrade() {
        PasswordRules.Grade now = Typed.grade(second);
        grade.setText(words.of("ca.password.grade." + now.key()));
        grade.getStyleClass().removeAll("danger-text", "warning-text", "success-text", "muted");
        grade.getStyleClass()
                .add(
                        switch (now) {
                            case NONE -> "muted";
                            case KNOWN, SHORT -> "danger-text";
                            case FAIR -> "warning-text";
                            case GOOD -> "success-text";
                        });
    }

    /** Whether the second secret is good enough and typed twice. */
    private boolean secondReady() {
        if (look.second().isEmpty()) {
            return true;
        }
        PasswordRules.Grade now = Typed.grade(second);
        return (now == PasswordRules.Grade.FAIR || now == PasswordRules.Grade.GOOD) && Typed.same(second, again);
    }

    private void draw() {
        Optional<CaAct> act = model.actProperty().get();
        boolean password1 = act.filter(CaAct::needsPassword).isEmpty()
                || model.rememberedProperty().get()
                || !password.emptyProperty().getValue();
        boolean ready = act.isPresent()
                && password1
                && secondReady()
                && !model.busyProperty().get();
        run.setDisable(!ready);
        boolean differ = !look.second().isEmpty() && !again.emptyProperty().getValue() && !Typed.same(second, again);
        fault.setText(differ ? words.of("ca.password.differ") : "");
        show(fault, differ);
    }

    private void submit() {
        if (run.isDisabled() || !run.isVisible()) {
            return;
        }
        SecretBytes typed = Typed.secret(password);
        model.run(typed, Typed.secret(second));
    }

    /** Nothing that was typed outlives the dialog. */
    void forget() {
        password.clear();
        second.clear();
        again.clear();
    }

    /** Where the keyboard begins: the first thing to fill in, else the safe button. */
    Node focus() {
        return keep;
    }
}

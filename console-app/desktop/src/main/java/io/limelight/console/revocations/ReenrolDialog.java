package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.show;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.ca.Typed;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.StepList;
import io.limelight.console.revocations.ReenrolViewModel.Phase;
import io.limelight.console.revocations.Reenroller.Certificate;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** "Re-enrol…": the steps before anything is done, then how they go, then the wizard. */
public final class ReenrolDialog extends VBox {
    private final ReenrolViewModel model;
    private final Words words;
    private final StepList steps;
    private final SecretField password;
    private final VBox passwordField = new VBox();
    private final VBox choices = new VBox();
    private final ProblemView problem;
    private final Button run = new Button();
    private final Button close = new Button();
    private final Consumer<Boolean> leave;

    /**
     * Plans at once.
     *
     * @param name what people call the machine
     * @param leave hides the dialog; true: the wizard is to follow
     */
    public ReenrolDialog(ReenrolViewModel model, String name, Words words, Consumer<Boolean> leave) {
        this.model = model;
        this.words = words;
        this.leave = leave;
        this.steps = new StepList(words);
        this.password = new SecretField(words);
        this.problem = new ProblemView(words);
        getStyleClass().addAll("board-dialog", "reenrol-dialog");
        getStylesheets().add(Bits.sheet());
        Label explain = wrapped(words.of("revocations.reenrol.explain", name), "muted");
        certificate();
        CheckBox forget = new CheckBox(words.of("revocations.reenrol.forget"));
        forget.setId("reenrol-forget");
        forget.setWrapText(true);
        forget.selectedProperty().bindBidirectional(model.forgetProperty());
        CheckBox payload = new CheckBox(words.of("revocations.reenrol.payload"));
        payload.setId("reenrol-payload");
        payload.setWrapText(true);
        payload.selectedProperty().bindBidirectional(model.payloadProperty());
        model.forgetProperty().subscribe(payload::setDisable);
        choices.getChildren().addAll(forget, payload);
        choices.getStyleClass().add("checks");
        password.focusTarget().setId("reenrol-password");
        password.setName(words.of("revocations.reenrol.password"));
        Label passwordName = Bits.label(words.of("revocations.reenrol.password"), "muted");
        passwordName.setLabelFor(password.focusTarget());
        passwordField.getChildren().addAll(passwordName, password);
        passwordField.getStyleClass().add("field");
        password.onEnter(this::go);
        password.emptyProperty().subscribe(_ -> settle());
        getChildren().addAll(explain, choices, steps, passwordField, problem, buttons(name));
        model.rows().addListener((ListChangeListener<ReenrolViewModel.Row>) _ -> draw());
        model.phaseProperty().subscribe(_ -> settle());
        model.problemProperty().subscribe(why -> why.ifPresentOrElse(problem::show, problem::clear));
        draw();
    }

    private void certificate() {
        if (!model.hasCa()) {
            choices.getChildren().add(wrapped(words.of("revocations.reenrol.no-ca"), "muted"));
            return;
        }
        ToggleGroup group = new ToggleGroup();
        for (Certificate each : Certificate.values()) {
            RadioButton button = new RadioButton(
                    words.of("revocations.reenrol.certificate." + each.name().toLowerCase(java.util.Locale.ROOT)));
            button.setId("reenrol-" + each.name().toLowerCase(java.util.Locale.ROOT));
            button.setToggleGroup(group);
            button.setWrapText(true);
            button.setSelected(model.certificateProperty().get() == each);
            button.setOnAction(_ -> model.certificateProperty().set(each));
            choices.getChildren().add(button);
        }
    }

    private Node buttons(String name) {
        run.setId("reenrol-run");
        run.getStyleClass().add("accent");
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setText(words.of("revocations.reenrol.run", name));
        run.setOnAction(_ -> go());
        close.setId("reenrol-close");
        close.setCancelButton(true);
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setOnAction(_ -> {
            if (model.phaseProperty().get() == Phase.RUNNING) {
                model.cancel();
            } else {
                end(false);
            }
        });
        Button copy = new Button(words.of("kit.command.copy"), Glyph.TERMINAL.icon("button-size"));
        copy.getStyleClass().add("flat");
        copy.setOnAction(_ -> Clip.copy(words, copy, command().text()));
        copy.getStyleClass().add("may-cut");
        HBox buttons = new HBox(copy, Bits.gap(), close, run);
        buttons.getStyleClass().add("dialog-buttons");
        return buttons;
    }

    /** The same act on the command line, where {@code --cert} revokes and brings a package with a new certificate. */
    private CommandLine command() {
        CommandLine line = CommandLine.of(
                "limelight", "tenant", "-c", "reenrol", "-u", model.machine().value());
        if (model.certificateProperty().get() != Certificate.LEAVE) {
            line = line.with(new CommandLine.Argument.Text("--cert"))
                    .with(new CommandLine.Argument.Secret("CA folder"));
        }
        return model.forgetProperty().get() ? line.with(new CommandLine.Argument.Text("--reregister")) : line;
    }

    private void end(boolean wizard) {
        password.clear();
        leave.accept(wizard);
    }

    private void go() {
        switch (model.phaseProperty().get()) {
            case PLANNED -> {
                if (!run.isDisabled()) {
                    model.run(model.needsPassword() ? Optional.of(Typed.secret(password)) : Optional.empty());
                    password.clear();
                }
            }
            case BROKEN -> model.again();
            case DONE -> end(model.payloadProperty().get());
            case PLANNING, RUNNING -> {
                // Pressed twice.
            }
        }
    }

    private void settle() {
        Phase now = model.phaseProperty().get();
        boolean planning = now == Phase.PLANNED || now == Phase.PLANNING;
        choices.setDisable(now == Phase.RUNNING || now == Phase.DONE);
        boolean asks = now == Phase.PLANNED && model.needsPassword();
        show(passwordField, asks);
        run.setDisable(now == Phase.PLANNING
                || now == Phase.RUNNING
                || (asks && password.emptyProperty().getValue()));
        close.setText(words.of(
                now == Phase.RUNNING
                        ? "revocations.reenrol.stop"
                        : planning ? "revocations.reenrol.keep" : "revocations.close"));
        if (now == Phase.BROKEN) {
            run.setText(words.of("revocations.reenrol.again"));
        } else if (now == Phase.DONE) {
            run.setText(words.of("revocations.reenrol.wizard"));
            show(run, model.payloadProperty().get());
        }
    }

    private void draw() {
        steps.steps()
                .setAll(model.rows().stream()
                        .map(row -> new StepList.Step(
                                row.key().replaceFirst("\\..*", ""),
                                words.of(
                                        "revocations.reenrol.step." + row.key(),
                                        row.arguments().toArray()),
                                switch (row.state()) {
                                    case DUE -> StepList.State.PENDING;
                                    case RUNNING -> StepList.State.RUNNING;
                                    case DONE -> StepList.State.PASSED;
                                    case FAILED -> StepList.State.FAILED;
                                    case NOTHING -> StepList.State.SKIPPED;
                                },
                                "",
                                ""))
                        .toList());
        settle();
    }

    /** Where the keyboard begins: the safe button. */
    public Node focus() {
        return close;
    }
}

package io.limelight.console.policies;

import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.AssignViewModel.Choices;
import io.limelight.console.policies.AssignViewModel.Line;
import io.limelight.console.policies.AssignViewModel.Phase;
import io.limelight.console.policies.AssignViewModel.Result;
import io.limelight.console.policies.AssignViewModel.Step;
import io.limelight.console.policies.AssignViewModel.Trial;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javafx.beans.property.StringProperty;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** Asks which policies many machines shall be judged by, shows machine by machine what that changes, tries it, does it. */
public final class AssignDialog {
    private final AssignViewModel.Parts parts;
    private final Words words;
    private final DialogHost host;
    private final Function<AgentId, String> names;

    /** Parts, wired. */
    public AssignDialog(AssignViewModel.Parts parts, Words words, DialogHost host, Function<AgentId, String> names) {
        this.parts = parts;
        this.words = words;
        this.host = host;
        this.names = names;
    }

    /** Opens it; nothing is done before a person says so. */
    public void open(List<AgentId> machines, Node opener) {
        if (!machines.isEmpty()) {
            show(new AssignViewModel(parts, machines, names), opener);
        }
    }

    /** For pictures. */
    void show(AssignViewModel model, Node opener) {
        Open open = new Open(model);
        host.show(words.of("policies.assign.title", model.lines().size()), open.box, open.close, opener);
    }

    private final class Open {
        private final AssignViewModel model;
        private final TableView<Line> table;
        private final VBox messages = new VBox();
        private final Label summary = Bits.wrapped("");
        private final Button run = Bits.button("", () -> {}, "accent");
        private final Button close = Bits.button("", () -> {});
        private final Button trying = Bits.button(words.of("policies.dry-run"), () -> {});
        private final FlowPane commands = new FlowPane();
        private final FlowPane choosers;
        private final VBox box;

        Open(AssignViewModel model) {
            this.model = model;
            table = new TableView<>(model.lines());
            choosers = new FlowPane(
                    chooser("assign-runtime", Kind.RUNTIME, model.runtimeProperty()),
                    chooser("assign-boot", Kind.BOOT, model.bootProperty()),
                    chooser("assign-template", Kind.TPM, model.templateProperty()));
            choosers.getStyleClass().add("assign-choosers");
            columns();
            run.setId("assign-run");
            close.setId("assign-close");
            close.setCancelButton(true);
            trying.setId("assign-try");
            trying.setOnAction(_ -> model.tryIt());
            run.setOnAction(_ -> {
                if (model.phaseProperty().get() == Phase.DONE) {
                    model.again();
                } else {
                    model.run();
                }
            });
            close.setOnAction(_ -> {
                if (model.phaseProperty().get() == Phase.RUNNING) {
                    model.cancel();
                } else {
                    host.hide();
                }
            });
            messages.getStyleClass().add("side-group");
            HBox.setHgrow(summary, Priority.ALWAYS);
            HBox buttons = new HBox(summary, Bits.gap(), trying, close, run);
            buttons.getStyleClass().add("dialog-buttons");
            VBox.setVgrow(table, Priority.ALWAYS);
            box = new VBox(
                    Bits.wrapped(words.of("policies.assign.explain"), "muted"),
                    choosers,
                    table,
                    messages,
                    commands,
                    buttons);
            box.getStyleClass().addAll("policy-dialog", "assign-dialog");
            box.getStylesheets().add(Bits.sheet());
            model.lines().addListener((ListChangeListener<Line>) _ -> draw());
            model.phaseProperty().subscribe(_ -> draw());
            model.choicesProperty().subscribe(_ -> draw());
            model.trialsProperty().subscribe(_ -> {
                table.refresh();
                draw();
            });
            table.getSelectionModel().selectedItemProperty().subscribe(_ -> draw());
            box.sceneProperty().addListener((_, _, scene) -> {
                if (scene == null) {
                    // Nobody could stop it any more, and nobody would see how it ends.
                    model.cancel();
                    model.close();
                }
            });
        }

        private Node chooser(String id, Kind kind, StringProperty into) {
            ComboBox<String> choice = new ComboBox<>();
            choice.setId(id);
            choice.getStyleClass().add("data");
            choice.setConverter(new StringConverter<>() {
                @Override
                public String toString(@Nullable String name) {
                    return name == null || name.isEmpty() ? words.of("policies.assign.leave") : Bits.printable(name);
                }

                @Override
                public @Nullable String fromString(String text) {
                    return null;
                }
            });
            choice.getItems().add("");
            choice.setValue(into.get());
            choice.valueProperty().addListener((_, _, name) -> into.set(name == null ? "" : name));
            into.addListener((_, _, name) -> choice.setValue(name));
            model.choicesProperty().subscribe(now -> {
                List<String> items = new ArrayList<>(List.of(""));
                now.got().ifPresent(known -> items.addAll(offered(known, kind)));
                if (!items.equals(choice.getItems())) {
                    String before = into.get();
                    choice.getItems().setAll(items);
                    choice.setValue(items.contains(before) ? before : "");
                }
            });
            model.phaseProperty().subscribe(phase -> choice.setDisable(phase != Phase.PREVIEW));
            return Bits.field(words.of("policies.assign." + kind.key()), choice, choice);
        }

        private List<String> offered(Choices known, Kind kind) {
            return switch (kind) {
                case RUNTIME -> known.runtime();
                case BOOT -> known.boot();
                case TPM -> known.templates().stream().map(Template::name).toList();
            };
        }

        private void columns() {
            table.setId("assign-table");
            table.setAccessibleText(words.of("policies.assign.table"));
            table.setPrefHeight(300);
            table.getColumns().add(column("policies.assign.machine", 9, line -> Bits.printable(line.name())));
            table.getColumns().add(column("policies.kind.runtime", 17, line -> step(line.step(Kind.RUNTIME))));
            table.getColumns().add(column("policies.kind.boot", 14, line -> step(line.step(Kind.BOOT))));
            table.getColumns().add(column("policies.kind.tpm", 24, line -> step(line.step(Kind.TPM))));
            table.getColumns()
                    .add(column(
                            "policies.dry-run",
                            8,
                            line -> line.result() == Result.LEFT_OUT
                                    ? ""
                                    : words.of("policies.assign.trial."
                                            + model.trial(line).key())));
            table.getColumns().add(column("policies.assign.result", 19, this::result));
        }

        private String step(Step step) {
            String now = step.now().isEmpty() ? words.of("policies.assign.none") : Bits.printable(step.now());
            return step.changes() ? words.of("policies.assign.step", now, Bits.printable(step.then())) : now;
        }

        private String result(Line line) {
            return switch (line.result()) {
                case PLANNED -> words.of("policies.assign.planned");
                case LEFT_OUT -> words.of(line.note());
                case RUNNING -> words.of("policies.assign.running");
                case DONE -> words.of("policies.assign.done");
                case CANCELLED -> words.of("policies.assign.cancelled");
                case FAILED ->
                    line.problem() == null
                            ? words.of("policies.assign.failed")
                            : line.problem().whatHappened();
            };
        }

        private TableColumn<Line, Line> column(String title, double ems, Function<Line, String> what) {
            TableColumn<Line, Line> column = new TableColumn<>(words.of(title));
            // Columns as wide as their text is large: at 200 % the table is scrolled, and nothing is cut.
            summary.fontProperty().subscribe(font -> column.setPrefWidth(ems * font.getSize()));
            column.setSortable(false);
            column.setCellValueFactory(row -> new javafx.beans.property.ReadOnlyObjectWrapper<>(row.getValue()));
            column.setCellFactory(_ -> new TableCell<>() {
                {
                    getStyleClass().addAll("data", "may-cut");
                }

                @Override
                protected void updateItem(@Nullable Line line, boolean empty) {
                    super.updateItem(line, empty);
                    String text = line == null || empty ? null : what.apply(line);
                    setText(text);
                    setTooltip(text == null || text.isEmpty() ? null : new Tooltip(text));
                }
            });
            return column;
        }

        private void draw() {
            Phase phase = model.phaseProperty().get();
            int planned = model.count(Result.PLANNED);
            int left = model.count(Result.FAILED) + model.count(Result.CANCELLED);
            boolean finished = phase == Phase.DONE && left == 0;
            Bits.show(run, !finished);
            run.setText(
                    phase == Phase.DONE
                            ? words.of("policies.assign.again", left)
                            : words.of("policies.assign.run", planned));
            run.setDisable(phase == Phase.RUNNING
                    || (phase == Phase.PREVIEW
                            && (planned == 0 || model.choicesProperty().get().value() == null)));
            close.setText(words.of(
                    phase == Phase.RUNNING
                            ? "policies.assign.stop"
                            : phase == Phase.DONE ? "policies.close" : "policies.cancel"));
            Bits.show(trying, phase == Phase.PREVIEW);
            trying.setDisable(!model.canTry()
                    || planned == 0
                    || model.trialsProperty().get().loading());
            summary.setText(
                    phase == Phase.PREVIEW
                            ? words.of(
                                    "policies.assign.preview",
                                    planned,
                                    model.count(Result.LEFT_OUT),
                                    model.count(Result.DONE))
                            : words.of(
                                    "policies.assign.progress",
                                    model.count(Result.DONE),
                                    model.count(Result.FAILED),
                                    model.count(Result.CANCELLED)));
            drawMessages(phase);
            commands.getChildren().clear();
            Line line = table.getSelectionModel().getSelectedItem();
            if (line != null && line.result() != Result.LEFT_OUT) {
                commands.getChildren()
                        .add(CommandLine.of(model.command(line).toArray(String[]::new))
                                .button(words));
            }
        }

        private void drawMessages(Phase phase) {
            List<Node> said = new ArrayList<>();
            var choices = model.choicesProperty().get();
            if (choices.problem() != null) {
                said.add(ProblemView.of(words, choices.problem()));
            } else if (choices.loading()) {
                said.add(Bits.wrapped(words.of("policies.assign.reading"), "muted"));
            }
            var trials = model.trialsProperty().get();
            if (trials.problem() != null) {
                said.add(ProblemView.of(words, trials.problem()));
            } else if (trials.loading()) {
                said.add(Bits.wrapped(words.of("policies.dry-run.running"), "muted"));
            } else if (trials.value() != null && phase == Phase.PREVIEW) {
                int fail = model.count(Trial.FAIL);
                said.add(message(
                        fail > 0 ? "danger" : model.count(Trial.UNKNOWN) > 0 ? "warning" : "success",
                        words.of("policies.assign.tried", model.count(Trial.PASS), fail, model.count(Trial.UNKNOWN))));
            }
            if (phase == Phase.PREVIEW && !model.templateProperty().get().isEmpty()) {
                said.add(Bits.wrapped(words.of("policies.assign.tpm-untried"), "muted"));
                if (model.byLog() > 0) {
                    said.add(message("warning", words.of("policies.assign.by-log", model.byLog())));
                }
            }
            Line line = table.getSelectionModel().getSelectedItem();
            if (line != null && line.problem() != null) {
                said.add(ProblemView.of(words, line.problem()));
            }
            messages.getChildren().setAll(said);
        }

        private Node message(String tone, String sentence) {
            Label label = Bits.wrapped(sentence);
            HBox.setHgrow(label, Priority.ALWAYS);
            Node mark = switch (tone) {
                case "danger" -> ShapeMark.failed(tone);
                case "success" -> ShapeMark.tick(tone);
                default -> ShapeMark.warning(tone);
            };
            HBox message = new HBox(mark, label);
            message.getStyleClass().addAll("message", tone);
            return message;
        }
    }
}

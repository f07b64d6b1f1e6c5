package io.limelight.console.machines;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.BulkViewModel.Line;
import io.limelight.console.machines.BulkViewModel.Phase;
import io.limelight.console.machines.BulkViewModel.Result;
import io.limelight.console.problem.Problem;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The dialog of one act for many machines: what will happen, how it goes, row by row, and again for those with which it did not. */
public final class BulkDialogs {
    private final FleetService fleet;
    private final LabelBook labels;
    private final Words words;
    private final DialogHost host;
    private final Executor work;
    private final Executor screen;
    private final Supplier<CommandLines> commands;
    private final ActLog acts;

    /** Parts, wired. */
    public BulkDialogs(
            FleetService fleet,
            LabelBook labels,
            Words words,
            DialogHost host,
            Executor work,
            Executor screen,
            Supplier<CommandLines> commands,
            ActLog acts) {
        this.acts = acts;
        this.fleet = fleet;
        this.labels = labels;
        this.words = words;
        this.host = host;
        this.work = work;
        this.screen = screen;
        this.commands = commands;
    }

    void refreshSoon() {
        fleet.refreshSoon();
    }

    /** Opens the dialog; nothing is done before a person says so. */
    void open(MachineAct act, List<Machine> machines, Node opener) {
        if (!machines.isEmpty()) {
            BulkViewModel plan = new BulkViewModel(fleet, act, machines, labels.all(), work, screen, acts);
            new Open(plan, opener).show();
        }
    }

    private final class Open {
        private final BulkViewModel plan;
        private final Node opener;
        private final Label summary = new Label();
        private final Button run = new Button();
        private final Button close = new Button();
        private final ProblemView problem = new ProblemView(words);

        Open(BulkViewModel plan, Node opener) {
            this.plan = plan;
            this.opener = opener;
        }

        void show() {
            String act = plan.act().key();
            Label explanation = new Label(words.of("machines.act." + act + ".explain"));
            explanation.setWrapText(true);
            explanation.getStyleClass().add("muted");
            TableView<Line> table = table();
            VBox.setVgrow(table, Priority.ALWAYS);
            problem.setVisible(false);
            problem.setManaged(false);
            table.getSelectionModel()
                    .selectedItemProperty()
                    .subscribe(line -> showProblem(line == null ? null : line.problem()));
            summary.getStyleClass().add("bulk-summary");
            Region gap = new Region();
            HBox.setHgrow(gap, Priority.ALWAYS);
            run.setId("bulk-run");
            run.getStyleClass().add(destructive(plan.act()) ? "danger" : "accent");
            run.setOnAction(_ -> plan.run());
            close.setId("bulk-close");
            close.setCancelButton(true);
            close.setOnAction(_ -> {
                if (plan.phaseProperty().get() == Phase.RUNNING) {
                    plan.cancel();
                } else {
                    host.hide();
                }
            });
            HBox buttons = new HBox(summary, gap, close, run);
            buttons.getStyleClass().add("dialog-buttons");
            VBox box = new VBox(explanation, table, problem, buttons);
            box.getStyleClass().add("bulk-dialog");
            box.getStylesheets()
                    .add(Objects.requireNonNull(BulkDialogs.class.getResource("machines.css"))
                            .toExternalForm());
            plan.lines().addListener((ListChangeListener<Line>) _ -> draw());
            plan.phaseProperty().subscribe(_ -> draw());
            // The safe button has the focus.
            host.show(words.of("machines.act." + act + ".title"), box, close, opener);
        }

        private void showProblem(@Nullable Problem why) {
            problem.setVisible(why != null);
            problem.setManaged(why != null);
            if (why != null) {
                problem.show(why);
            }
        }

        private void draw() {
            Phase phase = plan.phaseProperty().get();
            int planned = plan.count(Result.PLANNED);
            int failed = plan.count(Result.FAILED) + plan.count(Result.CANCELLED);
            int due = phase == Phase.DONE ? failed : planned;
            run.setText(words.of(
                    phase == Phase.DONE
                            ? "machines.act.retry"
                            : "machines.act." + plan.act().key() + ".run",
                    due));
            run.setDisable(phase == Phase.RUNNING || due == 0);
            boolean finished = phase == Phase.DONE && failed == 0;
            run.setVisible(!finished);
            run.setManaged(!finished);
            close.setText(words.of(
                    phase == Phase.RUNNING
                            ? "machines.act.cancel"
                            : phase == Phase.DONE ? "machines.act.close" : "machines.act.leave"));
            summary.setText(
                    phase == Phase.PREVIEW
                            ? words.of("machines.act.preview", planned, plan.count(Result.LEFT_OUT))
                            : words.of(
                                    "machines.act.progress",
                                    plan.count(Result.DONE),
                                    plan.lines().size(),
                                    failed));
        }

        private TableView<Line> table() {
            TableView<Line> table = new TableView<>(plan.lines());
            table.setAccessibleText(words.of("machines.act.table"));
            table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
            table.setPrefHeight(320);
            table.getColumns().add(column("machines.column.machine", 220, Line::name));
            table.getColumns()
                    .add(column(
                            "machines.column.address",
                            140,
                            line -> line.machine().address()));
            table.getColumns().add(column("machines.act.column.result", 280, this::result));
            return table;
        }

        private String result(Line line) {
            return switch (line.result()) {
                case LEFT_OUT -> words.of(line.note());
                case FAILED ->
                    line.problem() == null
                            ? words.of("machines.result.failed")
                            : line.problem().whatHappened();
                case PLANNED -> words.of("machines.act." + plan.act().key() + ".planned");
                case RUNNING -> words.of("machines.result.running");
                case DONE -> words.of("machines.result.done");
                case CANCELLED -> words.of("machines.result.cancelled");
            };
        }

        private TableColumn<Line, Line> column(
                String title, double width, java.util.function.Function<Line, String> what) {
            TableColumn<Line, Line> column = new TableColumn<>(words.of(title));
            column.setPrefWidth(width);
            column.setSortable(false);
            column.setCellValueFactory(row -> new javafx.beans.property.ReadOnlyObjectWrapper<>(row.getValue()));
            column.setCellFactory(_ -> new TableCell<>() {
                {
                    getStyleClass().addAll("data", "may-cut");
                    setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
                }

                @Override
                protected void updateItem(@Nullable Line line, boolean empty) {
                    super.updateItem(line, empty);
                    setText(line == null || empty ? null : what.apply(line));
                }
            });
            return column;
        }
    }

    private static boolean destructive(MachineAct act) {
        return act == MachineAct.DELETE || act == MachineAct.FORGET;
    }

    /** The command lines for a machine. */
    List<CommandLines.Way> ways(MachineAct act, Machine machine) {
        return commands.get().of(act, machine.id());
    }
}

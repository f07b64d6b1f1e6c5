package io.limelight.console.provision;

import static io.limelight.console.provision.ProvisionPage.gap;
import static io.limelight.console.provision.ProvisionPage.label;
import static io.limelight.console.provision.ProvisionPage.show;
import static io.limelight.console.provision.ProvisionPage.wrapped;

import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.ca.ExpectedIdentity;
import io.limelight.core.payload.ActionList;
import io.limelight.core.task.TaskStep;
import io.limelight.core.tenant.CommandWords;
import io.limelight.core.tenant.PackedFile;
import io.limelight.core.tenant.PayloadPreview;
import io.limelight.core.tenant.ProvisionPlan;
import io.limelight.core.tenant.ProvisionPlan.ForMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** What will happen, before anything does. */
final class PlanStep {
    private static final double NARROW = 760;
    private static final int MACHINE_ROWS = 200;
    private static final int FILE_ROWS_SHOWN = 9;

    private final Words words;
    private final ProvisionViewModel model;
    private final VBox box = new VBox();
    private final Node node;

    PlanStep(Words words, ProvisionViewModel model) {
        this.words = words;
        this.model = model;
        box.getStyleClass().add("provision-step");
        node = ProvisionPage.scrolled(box);
        model.planProperty().subscribe(_ -> draw());
        model.planningProperty().subscribe(_ -> draw());
        model.dryRunProperty().subscribe(_ -> draw());
    }

    Node node() {
        return node;
    }

    private void draw() {
        List<Node> parts = new ArrayList<>();
        parts.add(label(words.of("provision.plan.title"), "detail-title"));
        Optional<ProvisionPlan> plan = model.planProperty().get();
        if (model.planningProperty().get()) {
            ProgressBar bar = new ProgressBar();
            bar.setAccessibleText(words.of("provision.plan.looking"));
            bar.setFocusTraversable(false);
            parts.add(wrapped(words.of("provision.plan.looking"), "muted"));
            parts.add(bar);
        } else if (plan.isEmpty()) {
            Button again = new Button(words.of("provision.plan.again"), Glyph.REFRESH.icon("button-size"));
            again.setId("provision-look");
            again.setOnAction(_ -> model.look());
            parts.add(wrapped(words.of("provision.plan.none"), "muted"));
            parts.add(again);
        } else {
            fill(parts, plan.get());
        }
        box.getChildren().setAll(parts);
    }

    private void fill(List<Node> parts, ProvisionPlan plan) {
        parts.add(wrapped(summary(plan)));
        if (plan.anyTpm()) {
            parts.add(message("danger", Shapes.OCTAGON_CROSS, words.of("provision.plan.any-tpm")));
        }
        if (model.passwordMissing()) {
            Button enter = new Button(words.of("provision.plan.enter-password"));
            enter.setId("provision-enter-password");
            enter.setMinWidth(Region.USE_PREF_SIZE);
            enter.setOnAction(_ -> model.go(ProvisionViewModel.Step.IDENTITY));
            parts.add(message("warning", Shapes.TRIANGLE, words.of("provision.plan.password"), enter));
        }
        long again = plan.machines().stream().filter(ForMachine::replaces).count();
        if (again > 0) {
            parts.add(message("warning", Shapes.TRIANGLE, words.of("provision.plan.replaces", again)));
        }
        plan.warnings().stream()
                .filter(warning -> !plan.anyTpm() || !warning.startsWith("require_ek_cert"))
                .forEach(warning -> parts.add(message("warning", Shapes.TRIANGLE, warning)));
        for (ProvisionPlan.Refused refused : plan.refused()) {
            parts.add(message(
                    "danger",
                    Shapes.OCTAGON_CROSS,
                    words.of("provision.plan.refused", name(refused.id()), refused.why())));
        }
        if (plan.machines().isEmpty()) {
            return;
        }
        parts.add(columns(order(plan), contents(plan)));
        parts.add(machines(plan));
        parts.add(revocations(plan));
        parts.add(commands(plan));
    }

    private String name(io.limelight.core.api.AgentId id) {
        return model.name(id);
    }

    private String summary(ProvisionPlan plan) {
        return words.of(
                "provision.plan.summary",
                plan.issued(),
                plan.machines().size(),
                plan.payload().contents().files().size(),
                plan.payload().actions().size());
    }

    private static Node message(String kind, Shapes shape, String text, Node... more) {
        Label sentence = wrapped(text);
        HBox.setHgrow(sentence, Priority.ALWAYS);
        sentence.setMaxWidth(Double.MAX_VALUE);
        HBox row = new HBox(shape.boxed(kind), sentence);
        row.getChildren().addAll(more);
        row.getStyleClass().addAll("message", kind);
        if (more.length > 0) {
            row.getStyleClass().add("with-act");
        }
        return row;
    }

    private Node columns(Node left, Node right) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("plan-columns");
        Runnable[] arrange = new Runnable[1];
        arrange[0] = () -> {
            boolean narrow = grid.getWidth() > 0 && grid.getWidth() < NARROW;
            grid.getChildren().clear();
            grid.getColumnConstraints().clear();
            ColumnConstraints first = new ColumnConstraints();
            first.setPercentWidth(narrow ? 100 : 40);
            grid.getColumnConstraints().add(first);
            grid.add(left, 0, 0);
            if (narrow) {
                grid.add(right, 0, 1);
            } else {
                ColumnConstraints second = new ColumnConstraints();
                second.setPercentWidth(60);
                grid.getColumnConstraints().add(second);
                grid.add(right, 1, 0);
            }
        };
        arrange[0].run();
        boolean[] was = new boolean[1];
        grid.widthProperty().addListener((_, _, width) -> {
            boolean narrow = width.doubleValue() < NARROW;
            if (narrow != was[0]) {
                was[0] = narrow;
                javafx.application.Platform.runLater(arrange[0]);
            }
        });
        return grid;
    }

    // --- in this order ---

    private Node order(ProvisionPlan plan) {
        VBox list = new VBox();
        list.getStyleClass().add("numbered");
        int number = 1;
        for (TaskStep step : plan.checks()) {
            Label count = label(Integer.toString(number++), "number");
            count.setMinWidth(Region.USE_PREF_SIZE);
            VBox text = new VBox(wrapped(words.of("provision.do." + step.id()), "medium"));
            String detail = detail(step, plan);
            if (!detail.isEmpty()) {
                text.getChildren().add(wrapped(detail, "muted", "text-small", "data"));
            }
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox row = new HBox(count, text);
            row.getStyleClass().add("numbered-row");
            list.getChildren().add(row);
        }
        if (!plan.payload().actions().isEmpty()) {
            Label count = label(Integer.toString(number), "number");
            VBox text = new VBox(
                    wrapped(
                            words.of(
                                    "provision.plan.actions",
                                    plan.payload().actions().size()),
                            "medium"),
                    wrapped(String.join(", ", plan.payload().actions()), "muted", "text-small", "data"));
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox row = new HBox(count, text);
            row.getStyleClass().add("numbered-row");
            list.getChildren().add(row);
        }
        VBox part = new VBox(label(words.of("provision.plan.order"), "semibold"), list);
        part.getStyleClass().add("provision-part");
        return part;
    }

    private String detail(TaskStep step, ProvisionPlan plan) {
        return switch (step.id()) {
            case "certificate-package" ->
                plan.ca()
                        .map(ca -> words.of(
                                ca.made() ? "provision.plan.ca-made" : "provision.plan.ca",
                                plan.issued(),
                                ca.folder().toString()))
                        .orElse("");
            case "endorsement" -> plan.anyTpm() ? words.of("provision.plan.any-tpm.short") : "";
            case "policies" -> plan.policies();
            case "share-u" ->
                words.of(
                        "provision.plan.sent",
                        size(plan.sealed()),
                        size(plan.sealed() * plan.machines().size()));
            case "verifier-add" -> plan.policies().isEmpty() ? words.of("provision.plan.no-policy") : plan.policies();
            case "delete" -> words.of("provision.plan.former");
            case "script" -> words.of("provision.plan.script");
            default -> "";
        };
    }

    private String size(long bytes) {
        return bytes < 1024
                ? words.of("provision.size.bytes", bytes)
                : bytes < 1 << 20
                        ? words.of("provision.size.kib", bytes / 1024.0)
                        : words.of("provision.size.mib", bytes / 1024.0 / 1024.0);
    }

    // --- the exact package ---

    private record Row(String name, String tag, String size, String digest) {}

    private Node contents(ProvisionPlan plan) {
        PayloadPreview payload = plan.payload();
        List<Row> rows = new ArrayList<>();
        for (PackedFile file : payload.contents().files()) {
            rows.add(new Row(
                    file.name(),
                    tag(file, payload),
                    file.generated() ? "" : size(file.size()),
                    file.sha256().orElse("")));
        }
        Label head = label(words.of("provision.plan.package"), "semibold");
        head.setMinWidth(Region.USE_PREF_SIZE);
        Label whose = label(
                words.of(
                        "provision.plan.package.of",
                        name(plan.machines().getFirst().id()),
                        rows.size()),
                "muted",
                "text-small");
        whose.setMinWidth(0);
        whose.getStyleClass().add("may-cut");
        HBox first = new HBox(head, whose, gap());
        first.getStyleClass().add("provision-bar");
        VBox part = new VBox(first);
        part.getStyleClass().add("provision-part");
        if (rows.isEmpty()) {
            show(whose, false);
            part.getChildren().add(wrapped(words.of("provision.plan.nothing"), "muted"));
            return part;
        }
        ListView<Row> list = new ListView<>();
        list.setId("provision-files");
        list.getItems().setAll(rows);
        list.setAccessibleText(words.of("provision.plan.package"));
        list.getStyleClass().add("plan-files");
        list.setCellFactory(_ -> new FileCell());
        list.setMinHeight(Region.USE_PREF_SIZE);
        list.setPrefHeight(30.0 * Math.min(rows.size(), FILE_ROWS_SHOWN) + 4);
        part.getChildren().add(list);
        part.getChildren().add(meter(plan));
        part.getChildren().add(dryRun());
        return part;
    }

    private String tag(PackedFile file, PayloadPreview payload) {
        if (file.generated()) {
            return words.of("provision.tag.made");
        }
        if (file.name().equals(PayloadPreview.SCRIPT)) {
            return words.of("provision.tag.script");
        }
        if (file.name().equals(ActionList.FILE)) {
            return words.of("provision.tag.list");
        }
        String bare = file.name().replaceFirst("\\.(py|sh)$", "");
        return payload.actions().stream()
                        .anyMatch(
                                action -> action.replaceFirst("\\.(py|sh)$", "").equals(bare))
                ? words.of("provision.tag.action")
                : "";
    }

    private Node meter(ProvisionPlan plan) {
        VBox meters = new VBox();
        meters.getStyleClass().add("provision-meters");
        meters.getChildren()
                .add(oneMeter(
                        words.of("provision.meter.sent", size(plan.sealed()), size(plan.maxPayload())),
                        (double) plan.sealed() / plan.maxPayload()));
        long space = plan.payload().space();
        if (space > 0) {
            ForMachine smallest = plan.machines().stream()
                    .filter(machine -> machine.room().bytes().isPresent())
                    .min(java.util.Comparator.comparingLong(
                            machine -> machine.room().bytes().getAsLong()))
                    .orElse(plan.machines().getFirst());
            long room = smallest.room().bytes().orElse(io.limelight.core.api.SecureSize.ASSUMED);
            boolean known = smallest.room().bytes().isPresent();
            boolean unlimited = !known && smallest.room().unlimited();
            meters.getChildren()
                    .add(oneMeter(
                            words.of(
                                    unlimited
                                            ? "provision.meter.space.folder"
                                            : known ? "provision.meter.space" : "provision.meter.space.assumed",
                                    size(space),
                                    size(room)),
                            unlimited ? 0 : (double) space / room));
        }
        return meters;
    }

    private static Node oneMeter(String text, double part) {
        ProgressBar bar = new ProgressBar(Math.clamp(part, 0, 1));
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.setFocusTraversable(false);
        bar.setAccessibleText(text);
        Label sentence = wrapped(text, part > 1 ? "danger-text" : "muted", "text-small");
        VBox box = new VBox(bar, sentence);
        box.getStyleClass().add("provision-meter");
        return box;
    }

    private Node dryRun() {
        Optional<Path> folder = model.dryRunProperty().get();
        Button button = new Button(
                words.of(folder.isPresent() ? "provision.dry-run.close" : "provision.dry-run"),
                (folder.isPresent() ? Glyph.TRASH : Glyph.EYE).icon("button-size"));
        button.setId("provision-dry-run");
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> {
            if (folder.isPresent()) {
                model.closeDryRun();
            } else {
                model.dryRun();
            }
        });
        HBox row = new HBox(button);
        row.getStyleClass().add("provision-bar");
        folder.ifPresent(path -> {
            Label where = label(path.toString(), "mono");
            where.setMinWidth(0);
            where.getStyleClass().add("may-cut");
            row.getChildren()
                    .addAll(
                            where,
                            ProvisionPage.copy(words, button, words.of("provision.dry-run.copy"), path.toString()));
        });
        return row;
    }

    private final class FileCell extends ListCell<Row> {
        private final Label name = new Label();
        private final Label tag = new Label();
        private final Label size = new Label();
        private final Label digest = new Label();
        private final HBox row;

        FileCell() {
            name.getStyleClass().addAll("data", "may-cut");
            tag.getStyleClass().add("file-tag");
            tag.setMinWidth(Region.USE_PREF_SIZE);
            size.getStyleClass().addAll("muted", "file-size");
            size.setMinWidth(Region.USE_PREF_SIZE);
            digest.getStyleClass().addAll("mono", "muted", "file-digest");
            digest.setMinWidth(Region.USE_PREF_SIZE);
            name.setMinWidth(40);
            row = new HBox(name, tag, gap(), size, digest);
            row.getStyleClass().add("file-row");
            // Never wider than the list, so that names are cut and no bar comes.
            setPrefWidth(0);
        }

        @Override
        protected void updateItem(@Nullable Row item, boolean empty) {
            super.updateItem(item, empty);
            setText(null);
            if (item == null || empty) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            name.setText(item.name());
            tag.setText(item.tag());
            show(tag, !item.tag().isEmpty());
            size.setText(item.size());
            String groups = item.digest().length() < 16
                    ? ""
                    : item.digest().substring(0, 8) + " " + item.digest().substring(8, 16) + "…";
            digest.setText(groups);
            javafx.scene.control.Tooltip.install(
                    digest, item.digest().isEmpty() ? null : new javafx.scene.control.Tooltip(item.digest()));
            setGraphic(row);
            setAccessibleText(
                    words.of("provision.file.accessible", item.name(), item.tag(), item.size(), item.digest()));
        }
    }

    // --- machine by machine ---

    private Node machines(ProvisionPlan plan) {
        GridPane grid = new GridPane();
        grid.getStyleClass().add("plan-machines");
        boolean certified = plan.ca().isPresent();
        List<String> heads = new ArrayList<>(List.of("provision.column.machine"));
        if (certified) {
            heads.add("provision.column.subject");
            heads.add("provision.column.serial");
        }
        heads.add("provision.column.now");
        heads.add("provision.column.room");
        for (int i = 0; i < heads.size(); i++) {
            Label head = label(words.of(heads.get(i)), "muted", "text-small");
            head.setMinWidth(Region.USE_PREF_SIZE);
            grid.add(head, i, 0);
        }
        int row = 1;
        for (ForMachine machine :
                plan.machines().subList(0, Math.min(plan.machines().size(), MACHINE_ROWS))) {
            List<Node> cells = new ArrayList<>();
            cells.add(wrapped(name(machine.id()), "medium", "data"));
            if (certified) {
                cells.add(wrapped(
                        machine.certificate().map(ExpectedIdentity::subject).orElse(""), "mono"));
                cells.add(wrapped(machine.certificate()
                        .map(identity -> words.of(
                                identity.issued() ? "provision.serial.expected" : "provision.serial.held",
                                identity.serial().toString()))
                        .orElse("")));
            }
            cells.add(wrapped(words.of(machine.replaces() ? "provision.now.enrolled" : "provision.now.new"), "muted"));
            boolean small = machine.tooSmall(plan.payload().space());
            cells.add(wrapped(
                    words.of(
                            machine.room().unlimited()
                                    ? "provision.room.folder"
                                    : machine.room().bytes().isPresent()
                                            ? "provision.room.known"
                                            : "provision.room.assumed",
                            size(machine.room().bytes().orElse(io.limelight.core.api.SecureSize.ASSUMED))),
                    small ? "danger-text" : "muted"));
            grid.addRow(row++, cells.toArray(Node[]::new));
        }
        for (int i = 0; i < heads.size(); i++) {
            ColumnConstraints column = new ColumnConstraints();
            column.setHgrow(heads.get(i).endsWith("subject") ? Priority.ALWAYS : Priority.SOMETIMES);
            grid.getColumnConstraints().add(column);
        }
        VBox part = new VBox(
                label(words.of(certified ? "provision.plan.certificates" : "provision.plan.machines"), "semibold"),
                grid);
        if (certified) {
            part.getChildren().add(wrapped(words.of("provision.serial.explain"), "muted", "text-small"));
        }
        if (plan.machines().size() > MACHINE_ROWS) {
            part.getChildren()
                    .add(wrapped(words.of("provision.plan.more", plan.machines().size() - MACHINE_ROWS), "muted"));
        }
        part.getStyleClass().add("provision-part");
        return part;
    }

    private Node revocations(ProvisionPlan plan) {
        String text = plan.ca()
                .map(ca -> words.of("provision.plan.verify", plan.machines().size(), ca.others()))
                .orElse(words.of("provision.plan.verify-not", plan.machines().size()));
        return message("info", Shapes.DISC_I, text);
    }

    // --- the same by command ---

    private Node commands(ProvisionPlan plan) {
        ComboBox<ForMachine> machine = new ComboBox<>();
        machine.getItems().setAll(plan.machines());
        machine.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable ForMachine each) {
                return each == null ? "" : name(each.id());
            }

            @Override
            public @Nullable ForMachine fromString(String text) {
                return null;
            }
        });
        machine.setValue(plan.machines().getFirst());
        machine.setId("provision-command-machine");
        machine.getStyleClass().add("data");
        machine.setAccessibleText(words.of("provision.commands.machine"));
        VBox lines = new VBox();
        lines.getStyleClass().add("command-lines");
        machine.valueProperty()
                .subscribe(each -> lines.getChildren()
                        .setAll(line("limelight", List.of(each.limelight())), line("keylime", each.keylime())));
        HBox first = new HBox(label(words.of("provision.commands"), "semibold"), gap(), machine);
        first.getStyleClass().add("provision-bar");
        VBox part = new VBox(first, lines);
        part.getStyleClass().add("provision-part");
        return part;
    }

    private Node line(String program, List<CommandWords> commands) {
        if (commands.isEmpty()) {
            return wrapped(words.of("provision.commands.none"), "muted");
        }
        String text = commands.stream().map(command -> command.text()).collect(Collectors.joining(" && "));
        String shown = model.surroundings(program.equals("limelight")) + text;
        Label line = wrapped(shown, "mono");
        HBox.setHgrow(line, Priority.ALWAYS);
        line.setMaxWidth(Double.MAX_VALUE);
        Button copy = ProvisionPage.copy(words, line, words.of("provision.commands.copy." + program), shown);
        copy.setId("copy-" + program);
        HBox row = new HBox(line, copy);
        row.getStyleClass().addAll("well", "command-line");
        return row;
    }
}

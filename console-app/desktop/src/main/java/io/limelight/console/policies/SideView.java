package io.limelight.console.policies;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.kit.StateShape;
import io.limelight.console.policies.DryRunReport.Failing;
import io.limelight.console.policies.Judged.Row;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.create.PolicyLint.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Beside the editor: what the policy would do to machines, and what is odd about it. */
final class SideView extends BorderPane {
    private static final int MOST = 12;

    private final EditorViewModel editor;
    private final DryRunViewModel dryRun;
    private final Words words;
    private final Function<AgentId, String> names;
    private final Acts acts;
    private final VBox trial = new VBox();
    private final VBox checks = new VBox();
    private final ProgressBar bar = new ProgressBar();
    private final Button run;
    private final Button send;

    /**
     * What its buttons do.
     *
     * @param run tries the policy
     * @param send opens the dialog that sends it
     * @param compare compares it with evidence
     * @param machine opens a machine's page
     * @param toPass proposes to pass these rows
     */
    record Acts(
            Runnable run, Runnable send, Runnable compare, Consumer<AgentId> machine, Consumer<List<String>> toPass) {}

    SideView(EditorViewModel editor, DryRunViewModel dryRun, Words words, Function<AgentId, String> names, Acts acts) {
        this.editor = editor;
        this.dryRun = dryRun;
        this.words = words;
        this.names = names;
        this.acts = acts;
        getStyleClass().add("policy-side");
        trial.getStyleClass().add("side-part");
        checks.getStyleClass().add("side-part");
        VBox body = new VBox(trial, checks);
        body.getStyleClass().add("side-body");
        ScrollPane scroll = new ScrollPane(body);
        scroll.setFitToWidth(true);
        setCenter(scroll);
        run = Bits.button(words.of("policies.dry-run"), acts.run());
        run.setId("dry-run");
        run.setGraphic(Glyph.PLAY.icon("button-size"));
        send = Bits.button(words.of("policies.send"), acts.send(), "accent");
        send.setId("send-policy");
        send.setGraphic(Glyph.UPLOAD.icon("button-size"));
        FlowPane foot = new FlowPane(run, send);
        foot.getStyleClass().add("side-foot");
        setBottom(foot);
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.progressProperty().bind(dryRun.progressProperty());
        bar.setAccessibleText(words.of("policies.dry-run"));
        bar.setFocusTraversable(false);
        dryRun.reportProperty().subscribe(_ -> draw());
        dryRun.runningProperty().subscribe(_ -> draw());
        dryRun.problemProperty().subscribe(_ -> draw());
        editor.checksProperty().subscribe(_ -> drawChecks());
        editor.policyProperty().subscribe(_ -> drawButtons());
        editor.busyProperty().subscribe(_ -> drawButtons());
    }

    private void drawButtons() {
        boolean open = editor.policyProperty().get() != null;
        boolean busy = editor.busyProperty().get();
        run.setDisable(!open || busy || dryRun.runningProperty().get() != null);
        send.setDisable(!open || busy);
        run.setText(words.of(dryRun.reportProperty().get() == null ? "policies.dry-run" : "policies.dry-run.again"));
    }

    private void draw() {
        drawButtons();
        DryRunReport report = dryRun.reportProperty().get();
        var problem = dryRun.problemProperty().get();
        Label title = Bits.whole(words.of("policies.dry-run.title"), "card-title");
        HBox head = new HBox(title, Bits.gap());
        head.getStyleClass().add("side-head");
        List<Node> parts = new ArrayList<>();
        parts.add(head);
        if (dryRun.runningProperty().get() != null) {
            Button cancel = Bits.button(words.of("policies.dry-run.cancel"), dryRun::cancel, "small");
            cancel.setId("cancel-dry-run");
            parts.add(Bits.wrapped(words.of("policies.dry-run.running"), "muted"));
            parts.add(bar);
            parts.add(new HBox(cancel));
        } else if (problem != null) {
            parts.add(ProblemView.of(words, problem));
        } else if (report == null) {
            parts.add(Bits.wrapped(
                    words.of(dryRun.byVerifier() ? "policies.dry-run.explain" : "policies.dry-run.explain-here"),
                    "muted"));
        } else {
            head.getChildren()
                    .add(Bits.whole(
                            words.of(
                                    "policies.dry-run.took",
                                    Bits.time(words, report.at()),
                                    report.took().toMillis() / 1000.0),
                            "muted",
                            "text-small"));
            parts.addAll(report(report));
        }
        trial.getChildren().setAll(parts);
    }

    private List<Node> report(DryRunReport report) {
        List<Node> parts = new ArrayList<>();
        parts.add(Bits.wrapped(words.of("policies.dry-run.done", report.machines()), "muted"));
        GridPane cards = new GridPane();
        cards.getStyleClass().add("trial-cards");
        cards.add(card(MachineState.TRUSTED, "unaffected", report.unaffected().size(), ""), 0, 0);
        cards.add(card(MachineState.PROVING, "recover", report.recover().size(), "info"), 1, 0);
        cards.add(card(MachineState.FAILED, "fail", report.fail().size(), "danger"), 2, 0);
        parts.add(cards);
        if (!report.recover().isEmpty()) {
            parts.add(message(
                    MachineState.PROVING,
                    words.of(
                            "policies.dry-run.recover-names",
                            list(report.recover()),
                            report.recover().size()),
                    "info"));
        }
        if (!report.fail().isEmpty()) {
            parts.add(failing(report));
        } else if (report.unknown().isEmpty() && report.machines() > 0) {
            parts.add(message(MachineState.TRUSTED, words.of("policies.dry-run.none-fails"), "success"));
        }
        if (!report.unknown().isEmpty()) {
            parts.add(message(
                    MachineState.STALE,
                    words.of(
                            "policies.dry-run.unknown",
                            report.unknown().size(),
                            report.unknown().getFirst().reason()),
                    "warning"));
        }
        return parts;
    }

    private String list(List<AgentId> machines) {
        List<String> some =
                machines.stream().limit(3).map(names).map(Bits::printable).toList();
        return machines.size() <= 3
                ? String.join(", ", some)
                : words.of("policies.names-and-more", String.join(", ", some), machines.size() - 3);
    }

    private Node card(MachineState shape, String key, int count, String tone) {
        // The shape beside the number: beside the word it would take the word's room in a narrow window.
        HBox figure = new HBox(StateShape.of(shape), Bits.whole(words.of("policies.number", count), "card-figure"));
        figure.getStyleClass().add("lamp");
        VBox card = new VBox(Bits.cut(words.of("policies.dry-run." + key), "text-small"), figure);
        card.getStyleClass().add("trial-card");
        if (count > 0 && !tone.isEmpty()) {
            card.getStyleClass().add(tone);
        }
        GridPane.setHgrow(card, Priority.ALWAYS);
        card.setMaxWidth(Double.MAX_VALUE);
        return card;
    }

    private static Node message(MachineState shape, String text, String tone) {
        Label label = Bits.wrapped(text);
        HBox.setHgrow(label, Priority.ALWAYS);
        HBox message = new HBox(StateShape.of(shape), label);
        message.getStyleClass().addAll("message", tone);
        return message;
    }

    private Node failing(DryRunReport report) {
        VBox rows = new VBox();
        rows.getStyleClass().add("failing");
        List<String> lines = new ArrayList<>();
        for (Failing machine : report.fail()) {
            machine.rows().stream()
                    .map(Row::line)
                    .filter(line -> !line.isEmpty())
                    .forEach(lines::add);
        }
        for (Failing machine :
                report.fail().subList(0, Math.min(MOST, report.fail().size()))) {
            Optional<Row> first = machine.rows().stream().findFirst();
            Button name = Bits.button(
                    Bits.printable(names.apply(machine.machine())),
                    () -> acts.machine().accept(machine.machine()),
                    "flat",
                    "link",
                    "data");
            Label path = Bits.cut(
                    first.map(row -> row.name().isEmpty() ? row.sentence() : row.name())
                            .map(Bits::printable)
                            .orElse(""),
                    "mono",
                    "data");
            Label entry = Bits.whole(
                    first.filter(row -> row.entry() > 0)
                            .map(row -> words.of("policies.dry-run.row", row.entry()))
                            .orElse(""),
                    "muted",
                    "text-small");
            HBox line = new HBox(StateShape.of(MachineState.FAILED), name, path, Bits.gap(), entry);
            line.getStyleClass().add("failing-row");
            rows.getChildren().add(line);
        }
        if (report.fail().size() > MOST) {
            HBox more = new HBox(
                    Bits.wrapped(words.of("policies.more", report.fail().size() - MOST), "muted"));
            more.getStyleClass().add("failing-row");
            rows.getChildren().add(more);
        }
        if (!lines.isEmpty()) {
            Label say = Bits.wrapped(words.of("policies.dry-run.keep.explain"), "muted");
            HBox.setHgrow(say, Priority.ALWAYS);
            Button keep = Bits.button(
                    words.of("policies.dry-run.keep"), () -> acts.toPass().accept(lines), "small");
            keep.setId("keep-rows");
            HBox foot = new HBox(say, keep);
            foot.getStyleClass().add("failing-row");
            rows.getChildren().add(foot);
        }
        VBox part = new VBox(Bits.wrapped(words.of("policies.dry-run.fail.title"), "semibold"), rows);
        part.getStyleClass().add("side-group");
        return part;
    }

    // --- checks ---

    private void drawChecks() {
        Checks now = editor.checksProperty().get();
        List<Node> parts = new ArrayList<>();
        long bad = (long) now.findings().size() + (now.refusal().isPresent() ? 1 : 0);
        HBox head = new HBox(
                Bits.whole(words.of("policies.checks"), "card-title"),
                Bits.whole(
                        now.pending() ? words.of("policies.checks.pending") : words.of("policies.checks.count", bad),
                        "muted",
                        "text-small"),
                Bits.gap());
        head.getStyleClass().add("side-head");
        parts.add(head);
        now.refusal().ifPresent(why -> parts.add(finding(ShapeMark.failed("danger"), Bits.printable(why))));
        for (Finding finding : now.findings()) {
            parts.add(finding(
                    switch (finding.level()) {
                        case ERROR -> ShapeMark.failed("danger");
                        case WARNING -> ShapeMark.warning("warning");
                        case NOTE -> ShapeMark.hint("info");
                    },
                    Bits.printable(finding.sentence())));
        }
        if (now.unseen() > 0) {
            parts.add(finding(ShapeMark.hint("info"), words.of("policies.checks.unseen", now.unseen(), now.rows())));
        }
        if (parts.size() == 1 && !now.pending()) {
            parts.add(finding(ShapeMark.tick("success"), words.of("policies.checks.none")));
        }
        Button compare = Bits.button(words.of("policies.compare"), acts.compare(), "small");
        compare.setId("compare-evidence");
        Label compared = Bits.wrapped(
                editor.compared()
                        ? words.of(
                                "policies.compared",
                                editor.measuredProperty().get().size(),
                                now.rows())
                        : words.of("policies.compare.explain"),
                "muted");
        parts.add(new VBox(6, compared, compare));
        checks.getChildren().setAll(parts);
    }

    private static Node finding(Node mark, String sentence) {
        // The sentence is the lint's, which speaks English as the command line does.
        Label text = Bits.wrapped(sentence, "data");
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox row = new HBox(mark, text);
        row.getStyleClass().add("check-row");
        return row;
    }
}

package io.limelight.console.machines;

import io.limelight.console.advice.Advice;
import io.limelight.console.advice.AdviceList;
import io.limelight.console.advice.AdviceWays;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FailureSummary.Pointer;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.StateShape;
import io.limelight.console.machines.evidence.Digests;
import io.limelight.console.machines.evidence.PolicyEntry;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/**
 * The verdict, and why: what happened in a sentence, likely causes in the order of their likelihood, the place in the evidence, what to
 * do. Everything here was said by whoever judged; nothing is guessed from the state.
 */
final class VerdictView {
    /** Said in the sentence or the list of causes already, or shown as their own part. */
    private static final Set<String> SAID = Set.of("line", "message", "entry");

    private final DetailViewModel model;
    private final Words words;
    private final VBox box = new VBox();
    private final ProblemView actProblem;
    private @Nullable PolicyProposals proposals;
    private AdviceWays ways = AdviceWays.NONE;

    VerdictView(DetailViewModel model, Words words) {
        this.model = model;
        this.words = words;
        this.actProblem = new ProblemView(words);
        box.getStyleClass().add("verdict");
        model.machineProperty().subscribe(_ -> draw());
        model.goneProperty().subscribe(_ -> draw());
        model.timeline().stateProperty().subscribe(_ -> draw());
        model.actProblemProperty().subscribe(_ -> draw());
    }

    Node node() {
        return box;
    }

    void advice(AdviceWays open) {
        ways = open;
        draw();
    }

    void proposals(PolicyProposals open) {
        proposals = open;
        draw();
    }

    private void draw() {
        List<Node> parts = new ArrayList<>();
        Machine machine = model.machineProperty().get();
        if (model.actProblemProperty().get() != null) {
            actProblem.show(model.actProblemProperty().get());
            parts.add(actProblem);
        }
        if (model.goneProperty().get()) {
            parts.add(sentence("machines.gone", "warning"));
        }
        if (machine != null) {
            MachineState state = model.state().orElse(machine.standing());
            List<FailureSummary> failures = model.failures();
            if (state == MachineState.FAILED && !failures.isEmpty()) {
                failures.forEach(failure -> parts.addAll(explain(failure)));
            } else {
                parts.add(standing(state, machine));
                if (!failures.isEmpty()) {
                    Label before = new Label(words.of("machines.failed-before"));
                    before.getStyleClass().add("section-title");
                    parts.add(before);
                    parts.addAll(explain(failures.getFirst()));
                }
            }
        }
        box.getChildren().setAll(parts);
    }

    private Node sentence(String key, String styleClass) {
        Label label = new Label(words.of(key));
        label.setWrapText(true);
        VBox callout = new VBox(label);
        callout.getStyleClass().addAll("message", styleClass);
        return callout;
    }

    /** How a machine stands that has not failed. */
    private Node standing(MachineState state, Machine machine) {
        Label title = new Label(words.of("machines.standing." + StateReasons.key(state, model.reason())));
        title.getStyleClass().add("message-title");
        title.setWrapText(true);
        Label detail = new Label(words.of(
                "machines.standing." + StateReasons.key(state, model.reason()) + ".detail", machine.attestations()));
        detail.setWrapText(true);
        VBox texts = new VBox(title, detail);
        HBox.setHgrow(texts, Priority.ALWAYS);
        HBox callout = new HBox(StateShape.of(state, "large"), texts);
        callout.getStyleClass().addAll("message", tone(state));
        return callout;
    }

    private static String tone(MachineState state) {
        return switch (state) {
            case TRUSTED -> "success";
            case FAILED -> "danger";
            case STALE -> "warning";
            case PROVING -> "info";
            case WAITING, REVOKED -> "neutral";
        };
    }

    private List<Node> explain(FailureSummary failure) {
        List<Node> parts = new ArrayList<>();
        Label sentence = new Label(
                failure.sentence().isEmpty() ? words.of("machines.only-id", failure.id()) : failure.sentence());
        sentence.setWrapText(true);
        sentence.getStyleClass().add("message-title");
        sentence.setId("failure-sentence");
        VBox texts = new VBox(sentence);
        HBox.setHgrow(texts, Priority.ALWAYS);
        HBox callout = new HBox(StateShape.of(MachineState.FAILED, "large"), texts);
        callout.getStyleClass().addAll("message", "danger");
        parts.add(callout);
        if (!failure.likelyCauses().isEmpty()) {
            parts.add(title("machines.causes"));
            VBox causes = new VBox();
            causes.getStyleClass().add("numbered");
            for (int i = 0; i < failure.likelyCauses().size(); i++) {
                causes.getChildren().add(numbered(i + 1, failure.likelyCauses().get(i)));
            }
            parts.add(causes);
        }
        if (!failure.actions().isEmpty()) {
            parts.add(title("advice.title"));
            parts.add(advice(failure));
        }
        if (!failure.pointers().isEmpty() || !failure.context().isEmpty()) {
            Label evidence = new Label(words.of("machines.evidence"));
            evidence.getStyleClass().add("section-title");
            HBox head = new HBox(evidence);
            head.getStyleClass().add("evidence-head");
            failure.pointers().forEach(pointer -> head.getChildren().add(link(pointer)));
            parts.add(head);
            parts.add(context(failure.context()));
        }
        PolicyEntry.of(failure).ifPresent(entry -> {
            Button propose = propose(failure, entry);
            propose.setId("propose-entry");
            Label warning = new Label(words.of("machines.propose-entry.warning"));
            warning.getStyleClass().add("muted");
            warning.setWrapText(true);
            parts.add(new VBox(6, propose, warning));
        });
        Label code = new Label(failure.id());
        code.getStyleClass().addAll("mono", "muted");
        code.setWrapText(true);
        HBox codes = new HBox(code, Clip.button(words, words.of("machines.failure-id"), failure::id));
        codes.getStyleClass().add("code-line");
        parts.add(codes);
        return parts;
    }

    private Node advice(FailureSummary failure) {
        AgentId id = Objects.requireNonNull(model.idProperty().get(), "what failed has an id");
        return new AdviceList(words, Advice.of(failure.actions(), id, words), ways.of(id, failure));
    }

    /** Where the policy has a name it is opened; one that was sent with the machine alone is changed by hand. */
    private Button propose(FailureSummary failure, String entry) {
        Machine machine = model.machineProperty().get();
        PolicyProposals open = proposals;
        if (open == null || machine == null || machine.runtimePolicy().isEmpty()) {
            Button copy = new Button(words.of("machines.propose-entry"), Glyph.COPY.icon("button-size"));
            copy.setOnAction(_ -> Clip.copy(words, copy, entry));
            return copy;
        }
        Button propose = new Button(words.of("machines.propose-change"), Glyph.POLICY.icon("button-size"));
        propose.setOnAction(_ ->
                open.propose(machine.runtimePolicy(), List.of(failure.context().getOrDefault("line", ""))));
        return propose;
    }

    private Label title(String key) {
        Label title = new Label(words.of(key));
        title.getStyleClass().add("section-title");
        return title;
    }

    private static Node numbered(int number, String text) {
        Label place = new Label(Integer.toString(number));
        place.getStyleClass().add("number");
        Label label = new Label(text);
        label.setWrapText(true);
        HBox.setHgrow(label, Priority.ALWAYS);
        HBox row = new HBox(place, label);
        row.getStyleClass().add("numbered-row");
        return row;
    }

    private Hyperlink link(Pointer pointer) {
        Hyperlink link = new Hyperlink(
                switch (pointer) {
                    case Pointer.ImaEntry row -> words.of("machines.pointer.ima", row.entry());
                    case Pointer.Pcr pcr -> words.of("machines.pointer.pcr", pcr.pcr());
                    case Pointer.BootEvent event -> words.of("machines.pointer.boot", event.event());
                });
        link.setOnAction(_ -> model.point(pointer));
        return link;
    }

    private Node context(Map<String, String> context) {
        GridPane grid = new GridPane();
        grid.getStyleClass().addAll("fields", "well");
        int row = 0;
        for (Map.Entry<String, String> entry : context.entrySet()) {
            if (SAID.contains(entry.getKey()) || entry.getValue().isBlank()) {
                continue;
            }
            Label name = new Label(entry.getKey());
            name.getStyleClass().add("muted");
            name.setMinWidth(Label.USE_PREF_SIZE);
            Label value = new Label(digest(entry.getValue()));
            value.getStyleClass().add("mono");
            value.setWrapText(true);
            grid.addRow(row++, name, value);
        }
        grid.setVisible(row > 0);
        grid.setManaged(row > 0);
        return grid;
    }

    private static String digest(String value) {
        String digits = value.substring(value.lastIndexOf(':') + 1);
        boolean hex = digits.length() >= 40 && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return hex ? Digests.grouped(value) : value;
    }
}

package io.limelight.console.policies;

import io.limelight.console.fleet.Machine;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.kit.StateShape;
import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.console.policies.TpmUse.Used;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** A TPM policy: its PCRs, the machines that are judged by it, its text; and what can be done with it. */
final class TemplateView extends BorderPane {
    private static final int MOST_MACHINES = 200;
    private static final int MOST_VALUES = 50;

    private final PoliciesViewModel list;
    private final TemplatesViewModel model;
    private final TemplateDialogs dialogs;
    private final Words words;
    private final Function<AgentId, String> names;
    private final Acts links;
    private final Label title = Bits.cut("", "title-4", "data");
    private final FlowPane verbs = new FlowPane();
    private final VBox messages = new VBox();
    private final VBox values = new VBox();
    private final VBox machines = new VBox();
    private final TextArea text = new TextArea();
    private final Tab machinesTab = new Tab();
    private final Button undo;
    private final Button redo;

    /**
     * Where its links lead.
     *
     * @param machine opens a machine
     * @param assign asks which policies machines shall be judged by
     */
    record Acts(Consumer<AgentId> machine, BiConsumer<List<AgentId>, Node> assign) {}

    TemplateView(
            PoliciesViewModel list,
            TemplatesViewModel model,
            TemplateDialogs dialogs,
            Words words,
            Function<AgentId, String> names,
            Acts links) {
        this.list = list;
        this.model = model;
        this.dialogs = dialogs;
        this.words = words;
        this.names = names;
        this.links = links;
        getStyleClass().addAll("policy-editor", "template-view");
        undo = Bits.icon(Glyph.UNDO, words.of("policies.undo"), model::undo);
        undo.setId("template-undo");
        undo.disableProperty().bind(model.canUndoProperty().not().or(model.busyProperty()));
        redo = Bits.icon(Glyph.REDO, words.of("policies.redo"), model::redo);
        redo.disableProperty().bind(model.canRedoProperty().not().or(model.busyProperty()));
        verbs.getStyleClass().add("editor-verbs");
        messages.getStyleClass().add("editor-messages");
        HBox name = new HBox(title);
        name.getStyleClass().add("editor-title");
        FlowPane head = new FlowPane(name, verbs);
        head.getStyleClass().add("editor-head");
        Bits.within(head, name);
        setTop(new VBox(head, messages));
        text.setEditable(false);
        text.setAccessibleText(words.of("policies.json"));
        text.getStyleClass().addAll("mono", "data");
        TabPane tabs = new TabPane(
                tab("policies.template.tab.values", scrolled(values)), machinesTab, tab("policies.tab.json", text));
        machinesTab.setContent(scrolled(machines));
        machinesTab.setId("template-machines");
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        tabs.setAccessibleText(words.of("policies.title"));
        setCenter(tabs);
        values.getStyleClass().add("template-body");
        machines.getStyleClass().add("template-body");
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (WindowKeys.pressed(KeyAct.UNDO, event)) {
                model.undo();
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.REDO, event)) {
                model.redo();
                event.consume();
            }
        });
        list.selectedProperty().subscribe(_ -> draw());
        model.useProperty().subscribe(_ -> draw());
        model.judgingProperty().subscribe(_ -> drawMessages());
        model.problemProperty().subscribe(_ -> drawMessages());
        model.noticeProperty().subscribe(_ -> drawMessages());
    }

    private Tab tab(String key, Node content) {
        return new Tab(words.of(key), content);
    }

    private static Node scrolled(Node content) {
        ScrollPane scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        return scroll;
    }

    private Optional<PolicyRow> row() {
        return Optional.ofNullable(list.selectedProperty().get()).filter(row -> row.kind() == PolicyRow.Kind.TPM);
    }

    private Optional<Used> used() {
        return row().filter(row -> !row.unnamed())
                .flatMap(row -> model.useProperty().get().find(row.name()));
    }

    private void draw() {
        Optional<PolicyRow> row = row();
        if (row.isEmpty()) {
            return;
        }
        Optional<Used> used = used();
        Optional<TpmUse.Unnamed> unnamed = row.flatMap(list::unnamed);
        title.setText(
                row.get().unnamed()
                        ? words.of("policies.unnamed", row.get().machines())
                        : Bits.printable(row.get().name()));
        List<Node> acts = new ArrayList<>(List.of(undo, redo));
        used.map(Used::template).ifPresent(template -> acts.addAll(acts(template)));
        unnamed.ifPresent(each -> {
            Button name = Bits.button(words.of("policies.template.name"), () -> {}, "accent");
            name.setId("template-name-it");
            name.setOnAction(_ -> dialogs.name(each.content(), name));
            acts.add(name);
        });
        List<AgentId> users = list.users(row.get());
        if (!users.isEmpty()) {
            Button assign = Bits.button(words.of("policies.template.assign"), () -> {});
            assign.setId("template-assign");
            assign.setOnAction(_ -> links.assign().accept(users, assign));
            acts.add(assign);
        }
        verbs.getChildren().setAll(acts);
        Optional<PcrContent> content =
                used.flatMap(each -> each.template().content()).or(() -> unnamed.map(TpmUse.Unnamed::content));
        drawValues(content);
        machinesTab.setText(words.of("policies.template.tab.machines", users.size()));
        drawMachines(users);
        String json = JsonText.pretty(content.map(PcrContent::text)
                .or(() -> used.map(each -> each.template().text()))
                .orElse(""));
        if (!json.equals(text.getText())) {
            text.setText(json);
        }
        drawMessages();
    }

    private List<Node> acts(Template template) {
        Button rename = Bits.button(words.of("policies.template.rename"), () -> {});
        rename.setId("template-rename");
        rename.setOnAction(_ -> dialogs.rename(template, rename));
        Button duplicate = Bits.button(words.of("policies.template.duplicate"), () -> {});
        duplicate.setId("template-duplicate");
        duplicate.setOnAction(_ -> dialogs.duplicate(template, duplicate));
        Button edit = Bits.button(words.of("policies.template.edit"), () -> {});
        edit.setId("template-edit");
        edit.setOnAction(_ -> dialogs.edit(template, edit));
        // No question: it is taken back with one key, and no machine hears of it.
        Button delete = Bits.button(words.of("policies.template.delete"), () -> model.delete(template));
        delete.setId("template-delete");
        return List.of(edit, rename, duplicate, delete);
    }

    private void drawValues(Optional<PcrContent> content) {
        values.getChildren().clear();
        content.ifPresent(each -> each.allowed().forEach((pcr, allowed) -> {
            VBox lines = new VBox();
            HBox.setHgrow(lines, Priority.ALWAYS);
            lines.setMinWidth(0);
            allowed.stream()
                    .limit(MOST_VALUES)
                    .forEach(value -> lines.getChildren().add(Bits.cut(value, "mono", "data")));
            if (allowed.size() > MOST_VALUES) {
                lines.getChildren()
                        .add(Bits.wrapped(words.of("policies.more-digests", allowed.size() - MOST_VALUES), "muted"));
            }
            if (allowed.isEmpty()) {
                lines.getChildren().add(Bits.wrapped(words.of("policies.pcr.nothing"), "fault"));
            }
            Label number = Bits.whole(words.of("policies.pcr", pcr), "muted");
            number.getStyleClass().add("pcr-number");
            HBox line = new HBox(number, lines);
            line.getStyleClass().add("pcr-row");
            values.getChildren().add(line);
        }));
    }

    private void drawMachines(List<AgentId> users) {
        machines.getChildren().clear();
        for (AgentId id : users.subList(0, Math.min(MOST_MACHINES, users.size()))) {
            Button link = Bits.button(
                    Bits.printable(names.apply(id)), () -> links.machine().accept(id), "flat", "link", "data");
            Machine told = list.snapshot().byId().get(id);
            HBox line = told == null ? new HBox(link) : new HBox(StateShape.of(told.standing()), link);
            line.getStyleClass().add("failing-row");
            machines.getChildren().add(line);
        }
        if (users.size() > MOST_MACHINES) {
            machines.getChildren()
                    .add(Bits.wrapped(words.of("policies.more-machines", users.size() - MOST_MACHINES), "muted"));
        }
        if (users.isEmpty()) {
            machines.getChildren().add(Bits.wrapped(words.of("policies.template.no-machine"), "muted"));
        }
    }

    private void drawMessages() {
        Optional<PolicyRow> row = row();
        if (row.isEmpty()) {
            return;
        }
        List<Node> parts = new ArrayList<>();
        var problem = model.problemProperty().get();
        if (problem != null) {
            parts.add(ProblemView.of(words, problem));
        }
        String notice = model.noticeProperty().get();
        if (notice != null) {
            HBox line = new HBox(Bits.wrapped(notice, "data"));
            line.getStyleClass().addAll("message", "info");
            parts.add(line);
        }
        parts.add(Bits.wrapped(words.of(
                "policies.row.machines", row.get().machines(), row.get().passing())));
        used().filter(each -> each.template().content().isEmpty())
                .ifPresent(_ -> parts.add(message("danger", words.of("policies.template.unreadable"))));
        used().filter(each -> !each.same().isEmpty())
                .ifPresent(each -> parts.add(message(
                        "warning",
                        words.of("policies.template.same", Bits.printable(String.join(", ", each.same()))))));
        var judging = model.judgingProperty().get();
        if (judging.problem() != null) {
            parts.add(ProblemView.of(words, judging.problem()));
        }
        int unreadable = model.useProperty().get().unreadable().size();
        if (unreadable > 0) {
            parts.add(message("warning", words.of("policies.template.odd-machines", unreadable)));
        }
        parts.add(Bits.wrapped(
                words.of(row.get().unnamed() ? "policies.unnamed.explain" : "policies.tpm.explain"), "muted"));
        messages.getChildren().setAll(parts);
    }

    private static Node message(String tone, String sentence) {
        Label label = Bits.wrapped(sentence, "data");
        HBox.setHgrow(label, Priority.ALWAYS);
        HBox line = new HBox(tone.equals("danger") ? ShapeMark.failed(tone) : ShapeMark.warning(tone), label);
        line.getStyleClass().addAll("message", tone);
        return line;
    }
}

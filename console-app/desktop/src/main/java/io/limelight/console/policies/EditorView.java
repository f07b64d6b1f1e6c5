package io.limelight.console.policies;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.policies.EditorViewModel.Conflict;
import io.limelight.console.policies.EditorViewModel.Opened;
import io.limelight.console.policies.EditorViewModel.Way;
import io.limelight.console.policies.PolicyWindows.Window;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** A runtime policy: its paths, exclusions, keyrings and what was changed. */
final class EditorView extends BorderPane {
    private final EditorViewModel model;
    private final Words words;
    private final Label title = Bits.cut("", "title-4", "data");
    private final HBox tags = new HBox();
    private final VBox messages = new VBox();
    private final Tab paths = new Tab();
    private final Tab excludes = new Tab();
    private final Tab keyrings = new Tab();
    private final Tab changes = new Tab();
    private final TabPane tabs = new TabPane();
    private final PathsView pathsView;
    private final ChangesView changesView;
    private final StackPane body = new StackPane();

    EditorView(
            EditorViewModel model,
            SignatureView signatures,
            JsonView json,
            Words words,
            ObservableDoubleValue scale,
            Runnable addPath,
            MenuButton more) {
        this.model = model;
        this.words = words;
        this.pathsView = new PathsView(model, words, scale);
        this.changesView = new ChangesView(words);
        getStyleClass().add("policy-editor");
        Button undo = Bits.icon(Glyph.UNDO, words.of("policies.undo"), model::undo);
        undo.setId("policy-undo");
        undo.disableProperty().bind(model.canUndoProperty().not());
        Button redo = Bits.icon(Glyph.REDO, words.of("policies.redo"), model::redo);
        redo.disableProperty().bind(model.canRedoProperty().not());
        Button add = Bits.button(words.of("policies.add-path"), addPath);
        add.setId("add-path");
        add.setGraphic(Glyph.PLUS.icon("button-size"));
        more.setMinWidth(USE_PREF_SIZE);
        tags.getStyleClass().add("editor-tags");
        HBox name = new HBox(title, tags);
        name.getStyleClass().add("editor-title");
        FlowPane verbs = new FlowPane(undo, redo, add, more);
        verbs.getStyleClass().add("editor-verbs");
        FlowPane head = new FlowPane(name, verbs);
        head.getStyleClass().add("editor-head");
        Bits.within(head, name);
        messages.getStyleClass().add("editor-messages");
        setTop(new VBox(head, signatures.banner(), messages));
        tab(paths, "paths", pathsView);
        tab(excludes, "excludes", scrolled(new ExcludesView(model, words, false)));
        tab(keyrings, "keyrings", scrolled(new ExcludesView(model, words, true)));
        tab(changes, "changes", changesView);
        Tab signature = new Tab(words.of("policies.tab.signature"));
        tab(signature, "signature", scrolled(signatures));
        Tab text = new Tab(words.of("policies.tab.json"));
        tab(text, "json", json);
        text.selectedProperty().subscribe(json::look);
        tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
        tabs.setAccessibleText(words.of("policies.title"));
        body.getChildren().add(tabs);
        setCenter(body);
        addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            if (WindowKeys.pressed(KeyAct.UNDO, event)) {
                model.undo();
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.REDO, event)) {
                model.redo();
                event.consume();
            }
        });
        model.openedProperty().subscribe(_ -> draw());
        model.policyProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(_ -> drawMessages());
        model.conflictProperty().subscribe(_ -> drawMessages());
        model.noticeProperty().subscribe(_ -> drawMessages());
        model.checksProperty().subscribe(_ -> drawMessages());
        model.windowProperty().subscribe(_ -> drawMessages());
    }

    private void tab(Tab tab, String id, Node content) {
        tab.setId("policy-tab-" + id);
        tab.setContent(content);
        tabs.getTabs().add(tab);
    }

    private static Node scrolled(Node content) {
        ScrollPane scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        return scroll;
    }

    /** Shows a tab, for pictures and links: {@code paths}, {@code excludes}, {@code keyrings}, {@code changes}. */
    void showTab(String id) {
        tabs.getTabs().stream()
                .filter(tab -> tab.getId().equals("policy-tab-" + id))
                .forEach(tabs.getSelectionModel()::select);
    }

    /** Shows a path. */
    void look(String path) {
        showTab("paths");
        pathsView.look(path);
    }

    private void draw() {
        Opened as = model.openedProperty().get();
        EditedPolicy now = model.policyProperty().get();
        if (as == null || now == null) {
            return;
        }
        title.setText(Bits.printable(as.name()));
        List<PolicyDifference> steps = now.changes();
        boolean changed = !steps.isEmpty() || now.keysOrRulesChanged();
        tags.getChildren().clear();
        if (as.fresh()) {
            tags.getChildren().add(Bits.whole(words.of("policies.tag.fresh"), "tag", "warning"));
        } else if (changed) {
            tags.getChildren().add(Bits.whole(words.of("policies.tag.changed"), "tag", "warning"));
        }
        paths.setText(words.of("policies.tab.paths", now.size(Member.DIGESTS)));
        excludes.setText(words.of("policies.tab.excludes", now.excludes().size()));
        keyrings.setText(words.of("policies.tab.keyrings", now.size(Member.KEYRINGS)));
        changes.setText(words.of("policies.tab.changes", steps.size()));
        changesView.show(steps);
        drawMessages();
    }

    private void drawMessages() {
        messages.getChildren().clear();
        var problem = model.problemProperty().get();
        if (problem != null) {
            messages.getChildren().add(ProblemView.of(words, problem));
        }
        Conflict conflict = model.conflictProperty().get();
        if (conflict != null) {
            messages.getChildren().add(conflict(conflict));
        }
        if (model.checksProperty().get().acceptsAll()) {
            HBox loud = new HBox(ShapeMark.failed("danger"), Bits.wrapped(words.of("policies.accepts-all.runtime")));
            loud.getStyleClass().addAll("message", "danger");
            messages.getChildren().add(loud);
        }
        Window window = model.windowProperty().get();
        if (window != null) {
            messages.getChildren().add(window(window));
        }
        String notice = model.noticeProperty().get();
        if (notice != null) {
            Label text = Bits.wrapped(notice);
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox line = new HBox(text);
            line.getStyleClass().addAll("message", "info");
            messages.getChildren().add(line);
        }
        Bits.show(messages, !messages.getChildren().isEmpty());
    }

    private Node window(Window window) {
        boolean over = window.over(LocalDate.now(ZoneId.systemDefault()));
        Label text = Bits.wrapped(words.of(
                over ? "policies.window.over" : "policies.window.open",
                Bits.date(words, window.until()),
                Bits.printable(window.after())));
        HBox.setHgrow(text, Priority.ALWAYS);
        Button shrink = Bits.button(words.of("policies.window.shrink"), model::shrink, "small");
        shrink.setId("shrink-policy");
        HBox line = new HBox(ShapeMark.of(over ? MachineState.STALE : MachineState.PROVING), text, shrink);
        line.getStyleClass().addAll("message", over ? "warning" : "info", "with-act");
        return line;
    }

    private Node conflict(Conflict conflict) {
        VBox box = new VBox();
        box.setId("policy-conflict");
        box.getStyleClass().addAll("message", "warning", "conflict");
        box.getChildren()
                .addAll(
                        Bits.wrapped(words.of("policies.conflict.what"), "semibold"),
                        Bits.wrapped(words.of(
                                "policies.conflict.both",
                                conflict.conflict().both().size())));
        FlowPane sides = new FlowPane(
                side("policies.conflict.mine", conflict.conflict().mine()),
                side("policies.conflict.theirs", conflict.conflict().theirs()));
        sides.getStyleClass().add("conflict-sides");
        FlowPane ways = new FlowPane();
        ways.getStyleClass().add("conflict-ways");
        for (Way way : Way.values()) {
            Button button = Bits.button(words.of("policies.conflict." + way.key()), () -> model.resolve(way));
            button.setId("conflict-" + way.key());
            ways.getChildren().add(button);
        }
        ways.getChildren().add(Bits.button(words.of("policies.conflict.leave"), model::leaveConflict, "flat"));
        box.getChildren().addAll(sides, ways);
        return box;
    }

    private Node side(String title, List<PolicyDifference> steps) {
        ChangesView list = new ChangesView(words);
        list.setPrefSize(300, 130);
        list.show(steps);
        VBox side = new VBox(Bits.wrapped(words.of(title, steps.size()), "muted"), list);
        side.getStyleClass().add("conflict-side");
        return side;
    }
}

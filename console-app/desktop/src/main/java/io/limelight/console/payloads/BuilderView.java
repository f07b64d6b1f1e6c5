package io.limelight.console.payloads;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.Ageing;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ScriptFinding;
import io.limelight.core.payload.ScriptFinding.Severity;
import java.io.File;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitMenuButton;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;

/** The room where a payload is put together. */
final class BuilderView {
    private static final int MOST_FINDINGS = 50;
    private static final int VERBS = 800;

    private final Words words;
    private final BuilderViewModel model;
    private final DialogHost dialogs;
    private final Consumer<SavedPayload> send;
    private final BorderPane root = new BorderPane();
    private final TextField name = new TextField();
    private final Label state = Bits.label("", "tag");
    private final Map<PayloadMode, ToggleButton> modes = new EnumMap<>(PayloadMode.class);
    private final Button undo;
    private final Button redo;
    private final SplitMenuButton save = new SplitMenuButton();
    private final Button sendButton;
    private final Label sendWhy = Bits.label("", "muted", "text-small");
    private final SizeMeter zip;
    private final SizeMeter space;
    private final HBox meters = new HBox();
    private final VBox notices = new VBox();
    private final ProblemView problem;
    private final ScriptEditor editor;
    private final Label checks = Bits.label("", "muted", "text-small");
    private final VBox findings = new VBox();
    private final Button lineFeeds;
    private final SplitPane panes;
    private final StackPane center = new StackPane();
    private final VBox single = new VBox();
    private final Runnable tick;
    private final DateTimeFormatter time;

    /**
     * Parts, wired.
     *
     * @param back shows all payloads
     * @param trial tries an action here
     * @param send provisions machines with what is saved
     */
    BuilderView(
            Words words,
            BuilderViewModel model,
            PayloadFiles files,
            DialogHost dialogs,
            java.util.concurrent.Executor work,
            java.util.concurrent.Executor screen,
            Runnable back,
            BiConsumer<String, Node> trial,
            Consumer<SavedPayload> send) {
        this.words = words;
        this.model = model;
        this.dialogs = dialogs;
        this.send = send;
        this.time = DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(words.locale())
                .withZone(ZoneId.systemDefault());
        this.zip = new SizeMeter(words, "payloads.meter.zip.");
        this.space = new SizeMeter(words, "payloads.meter.space.");
        this.problem = new ProblemView(words);
        this.editor = new ScriptEditor(words, model::write);
        this.undo = Bits.icon(Glyph.UNDO, words.of("payloads.undo"), model::undo);
        this.redo = Bits.icon(Glyph.REDO, words.of("payloads.redo"), model::redo);
        this.sendButton = new Button(words.of("payloads.send"), Glyph.SEND.icon("button-size"));
        this.lineFeeds = new Button(words.of("payloads.line-feeds"));
        this.tick = model::check;
        root.getStyleClass().add("payload-builder");
        root.setTop(top(back));
        TreePane tree =
                new TreePane(words, model, dialogs, new IncludeDialog(words, model, files, dialogs, work, screen));
        panes = new SplitPane(tree, scriptPane(), new ActionsPane(words, model, trial));
        panes.setDividerPositions(0.27, 0.71);
        single.getStyleClass().addAll("page", "single-file");
        root.setCenter(center);
        root.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            // The whole draft has one history, its texts included.
            if (WindowKeys.pressed(KeyAct.UNDO, event)) {
                model.undo();
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.REDO, event)) {
                model.redo();
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.SAVE, event)) {
                save();
                event.consume();
            }
        });
        model.draftProperty().subscribe(this::drawDraft);
        model.seenProperty().subscribe(this::drawSeen);
        model.keepingProperty().subscribe(_ -> drawState());
        model.savedProperty().subscribe(_ -> drawState());
        model.beneathProperty().subscribe(this::drawBeneath);
        model.problemProperty().subscribe(now -> now.ifPresentOrElse(problem::show, problem::clear));
        undo.disableProperty().bind(model.undoableProperty().not());
        redo.disableProperty().bind(model.redoableProperty().not());
        Ageing.whileInScene(root, tick);
    }

    Node node() {
        return root;
    }

    private Node top(Runnable back) {
        Button all = new Button(words.of("payloads.title"), Glyph.CHEVRON_LEFT.icon("button-size"));
        all.setId("payloads-back");
        all.getStyleClass().add("flat");
        all.setOnAction(_ -> back.run());
        name.setId("payload-name");
        name.getStyleClass().add("payload-title");
        name.setAccessibleText(words.of("payloads.name"));
        name.setPrefColumnCount(11);
        name.setOnAction(_ -> model.rename(name.getText()));
        name.focusedProperty().subscribe(focused -> {
            if (!focused) {
                model.rename(name.getText());
                name.setText(model.draftProperty().get().name());
            }
        });
        state.setMinWidth(Label.USE_PREF_SIZE);
        ToggleGroup group = new ToggleGroup();
        HBox segments = new HBox();
        segments.getStyleClass().add("segments");
        for (PayloadMode mode : List.of(
                PayloadMode.CERTIFICATE_PACKAGE, PayloadMode.ZIP, PayloadMode.SINGLE_FILE, PayloadMode.KEY_ONLY)) {
            ToggleButton button = new ToggleButton(words.of("payloads.mode." + key(mode)));
            button.setToggleGroup(group);
            button.setMinWidth(ToggleButton.USE_PREF_SIZE);
            button.setOnAction(_ -> {
                button.setSelected(true);
                model.travel(mode);
            });
            modes.put(mode, button);
            segments.getChildren().add(button);
        }
        save.setId("payload-save");
        save.setText(words.of("payloads.save"));
        save.setOnAction(_ -> save());
        MenuItem as = new MenuItem(words.of("payloads.save-as"));
        as.setOnAction(_ -> chooseAndSave());
        MenuItem template = new MenuItem(words.of("payloads.save-template"));
        template.setOnAction(_ -> model.saveAsTemplate());
        save.getItems().addAll(as, template);
        sendButton.setId("payload-send");
        sendButton.getStyleClass().add("accent");
        sendButton.setOnAction(_ -> model.sendable().ifPresent(send));
        FlowPane verbs = new FlowPane(segments, undo, redo, save, sendButton, sendWhy);
        verbs.getStyleClass().add("builder-verbs");
        verbs.setPrefWrapLength(VERBS);
        HBox title = new HBox(all, name, state);
        title.getStyleClass().add("builder-title");
        FlowPane head = new FlowPane(title, verbs);
        head.getStyleClass().add("builder-head");
        meters.getChildren().setAll(zip, space);
        meters.getStyleClass().add("meters");
        HBox.setHgrow(zip, Priority.ALWAYS);
        HBox.setHgrow(space, Priority.ALWAYS);
        VBox top = new VBox(head, meters, notices, problem);
        top.getStyleClass().add("builder-top");
        return top;
    }

    private Node scriptPane() {
        Label title = Bits.label("autorun.sh", "semibold", "data");
        title.setMinWidth(Label.USE_PREF_SIZE);
        Label when = Bits.label(words.of("payloads.script.when"), "muted", "text-small", "may-cut");
        when.setMinWidth(0);
        HBox head = new HBox(Glyph.TERMINAL.icon(), title, when, Bits.gap());
        head.getStyleClass().add("pane-head");
        lineFeeds.getStyleClass().add("small");
        lineFeeds.setOnAction(_ -> model.useLineFeeds());
        HBox checksHead = new HBox(Bits.label(words.of("payloads.checks"), "semibold"), checks, Bits.gap(), lineFeeds);
        checksHead.getStyleClass().addAll("pane-head", "checks-head");
        findings.getStyleClass().add("findings");
        ScrollPane scroll = new ScrollPane(findings);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        VBox below = new VBox(checksHead, scroll);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        SplitPane split = new SplitPane(editor, below);
        split.setOrientation(javafx.geometry.Orientation.VERTICAL);
        split.setDividerPositions(0.62);
        VBox pane = new VBox(head, split);
        pane.getStyleClass().add("script-pane");
        VBox.setVgrow(split, Priority.ALWAYS);
        return pane;
    }

    private static String key(PayloadMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void drawDraft(PayloadDraft draft) {
        if (!name.isFocused()) {
            name.setText(draft.name());
        }
        modes.forEach((mode, button) -> button.setSelected(mode == draft.mode()));
        Node body = draft.folder() ? panes : single;
        if (!center.getChildren().contains(body)) {
            center.getChildren().setAll(body);
        }
        Bits.show(meters, draft.mode() != PayloadMode.KEY_ONLY);
        Bits.show(save, draft.folder());
        if (draft.folder()) {
            editor.show(draft.script().orElse(""));
        } else {
            drawSingle(draft);
        }
        drawState();
    }

    private void drawSingle(PayloadDraft draft) {
        Label explain = Bits.wrapped(words.of("payloads.mode." + key(draft.mode()) + ".explain"));
        Button choose = new Button(words.of("payloads.choose-file"), Glyph.FILE.icon("button-size"));
        choose.setOnAction(_ -> {
            FileChooser chooser = new FileChooser();
            chooser.setTitle(words.of("payloads.choose-file"));
            File file = chooser.showOpenDialog(root.getScene().getWindow());
            if (file != null) {
                model.takeFile(file.toPath());
            }
        });
        VBox box = new VBox(explain);
        box.getStyleClass().add("single-box");
        draft.place().ifPresent(place -> box.getChildren().add(Bits.wrapped(place.toString(), "mono")));
        box.getChildren().add(choose);
        single.getChildren().setAll(box);
    }

    private void drawSeen(BuilderViewModel.Seen seen) {
        drawState();
        PayloadLimits limits = model.limitsProperty().get();
        zip.show(seen.tree().zipBytes(), limits.plaintext(), limits.maxPayloadKnown());
        space.show(seen.tree().spaceOnMachine(), limits.secureSize(), limits.secureSizeKnown());
        editor.mark(seen.script());
        long errors = seen.count(Severity.ERROR);
        long warnings = seen.count(Severity.WARNING);
        checks.setText(
                seen.of().script().isEmpty() && seen.script().isEmpty()
                        ? words.of("payloads.checks.no-script")
                        : words.of("payloads.checks.count", errors, warnings));
        Bits.show(
                lineFeeds,
                seen.script().stream()
                        .anyMatch(each ->
                                each.code().equals("crlf") || each.code().equals("bom")));
        List<Node> rows = new ArrayList<>();
        seen.script().stream().limit(MOST_FINDINGS).forEach(finding -> rows.add(row(finding)));
        if (rows.isEmpty() && seen.of().script().isPresent()) {
            HBox good = new HBox(ShapeMark.tick("success"), Bits.wrapped(words.of("payloads.checks.good")));
            good.getStyleClass().add("finding");
            rows.add(good);
        }
        findings.getChildren().setAll(rows);
        if (!seen.of().folder()) {
            List<Node> wrong = new ArrayList<>();
            seen.tree().problems().forEach(each -> wrong.add(line(each)));
            seen.tree()
                    .entries()
                    .forEach(entry -> entry.problems().forEach(each -> wrong.add(line(entry.name() + " " + each))));
            single.getChildren().removeIf(node -> node.getStyleClass().contains("finding-line"));
            single.getChildren().addAll(wrong);
        }
    }

    private static Node line(String sentence) {
        Label label = Bits.wrapped(sentence, "data");
        HBox.setHgrow(label, Priority.ALWAYS);
        HBox line = new HBox(ShapeMark.failed("danger"), label);
        line.getStyleClass().add("finding-line");
        return line;
    }

    private Node row(ScriptFinding finding) {
        Node shape = switch (finding.severity()) {
            case ERROR -> ShapeMark.failed("danger");
            case WARNING -> ShapeMark.warning("warning");
            case HINT -> ShapeMark.hint("info");
        };
        Label sentence = Bits.wrapped(finding.sentence(), "data");
        Label advice = Bits.wrapped(finding.advice(), "muted", "data");
        VBox texts = new VBox(sentence, advice);
        texts.setMinWidth(0);
        HBox.setHgrow(texts, Priority.ALWAYS);
        HBox row = new HBox(shape, texts);
        row.getStyleClass().add("finding");
        if (finding.line() > 0) {
            Button go = new Button(words.of("payloads.go-line", finding.line()));
            go.getStyleClass().addAll("flat", "small");
            go.setMinWidth(Button.USE_PREF_SIZE);
            go.setOnAction(_ -> editor.go(finding.line()));
            row.getChildren().add(go);
        }
        return row;
    }

    private void drawState() {
        PayloadDraft draft = model.draftProperty().get();
        String text = switch (model.keepingProperty().get()) {
            case BuilderViewModel.Keeping.Nothing() -> words.of("payloads.draft.new");
            case BuilderViewModel.Keeping.Kept(java.time.Instant when) ->
                words.of("payloads.draft.kept", time.format(when));
            case BuilderViewModel.Keeping.Failed(io.limelight.console.problem.Problem why) ->
                words.of("payloads.draft.failed", why.whatHappened());
        };
        boolean failed = model.keepingProperty().get() instanceof BuilderViewModel.Keeping.Failed;
        boolean inFolder = model.savedProperty().get();
        state.setText(inFolder && !failed ? words.of("payloads.draft.saved") : text);
        state.getStyleClass().remove("danger");
        if (failed) {
            state.getStyleClass().add("danger");
        }
        Optional<SavedPayload> sendable = model.sendable();
        sendButton.setDisable(sendable.isEmpty());
        sendWhy.setText(words.of(inFolder || !draft.folder() ? "payloads.send.unsound" : "payloads.send.unsaved"));
        Bits.show(sendWhy, sendable.isEmpty());
        save.setText(words.of(draft.place().isPresent() ? "payloads.save" : "payloads.save-first"));
    }

    private void drawBeneath(List<String> changed) {
        notices.getChildren().clear();
        Bits.show(notices, !changed.isEmpty());
        if (changed.isEmpty()) {
            return;
        }
        boolean gone = model.draftProperty()
                .get()
                .place()
                .filter(place -> changed.equals(List.of(place.toString())))
                .isPresent();
        Label sentence = Bits.wrapped(
                gone
                        ? words.of("payloads.beneath.gone", changed.getFirst())
                        : words.of(
                                "payloads.beneath.changed",
                                changed.size(),
                                String.join(", ", changed.subList(0, Math.min(3, changed.size())))));
        HBox.setHgrow(sentence, Priority.ALWAYS);
        Button mine = new Button(words.of("payloads.beneath.mine"));
        mine.setOnAction(_ -> model.keepMine());
        HBox notice = new HBox(ShapeMark.warning("warning"), sentence);
        if (!gone) {
            Button again = new Button(words.of("payloads.beneath.again"));
            again.setOnAction(_ -> model.readAgain());
            again.setMinWidth(Button.USE_PREF_SIZE);
            notice.getChildren().add(again);
        }
        mine.setMinWidth(Button.USE_PREF_SIZE);
        notice.getChildren().add(mine);
        notice.getStyleClass().addAll("message", "warning");
        notices.getChildren().add(notice);
    }

    private void save() {
        PayloadDraft draft = model.draftProperty().get();
        if (!draft.folder()) {
            return;
        }
        if (draft.place().isEmpty()) {
            chooseAndSave();
            return;
        }
        List<String> removals = model.removals();
        if (removals.isEmpty()) {
            model.save(draft.place().get());
        } else {
            confirm(draft.place().get(), removals);
        }
    }

    private void confirm(Path folder, List<String> removals) {
        Button cancel = new Button(words.of("payloads.cancel"));
        cancel.setCancelButton(true);
        cancel.setOnAction(_ -> dialogs.hide());
        Button delete = new Button(words.of("payloads.save-delete", removals.size()));
        delete.getStyleClass().add("danger");
        delete.setOnAction(_ -> {
            dialogs.hide();
            model.save(folder);
        });
        HBox buttons = new HBox(Bits.gap(), cancel, delete);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = new VBox(
                Bits.wrapped(words.of("payloads.save-delete.explain", folder.toString())),
                Bits.wrapped(String.join("\n", removals.subList(0, Math.min(12, removals.size()))), "mono"),
                buttons);
        box.getStyleClass().add("small-dialog");
        dialogs.show(words.of("payloads.save"), box, cancel, save);
    }

    private void chooseAndSave() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(words.of("payloads.save-first"));
        File folder = chooser.showDialog(root.getScene().getWindow());
        if (folder != null) {
            model.save(folder.toPath());
        }
    }
}

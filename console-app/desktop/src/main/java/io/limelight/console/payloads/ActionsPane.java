package io.limelight.console.payloads;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ActionListForm;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.ReadyAction;
import io.limelight.core.payload.ScriptFinding;
import io.limelight.core.payload.ScriptFinding.Severity;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** What runs when a machine is revoked: in which order, who reads the list, how it is written. */
final class ActionsPane extends VBox {
    private static final String DRAGGED = "action:";

    private final Words words;
    private final BuilderViewModel model;
    private final List<ReadyAction> ready;
    private final BiConsumer<String, Node> trial;
    private final MenuButton add;
    private final VBox rows = new VBox();
    private final Map<ActionReader, CheckBox> readers = new EnumMap<>(ActionReader.class);
    private final Label written = Bits.label("", "mono", "written");
    private final Label form = Bits.label("", "muted", "text-small");
    private final VBox additions = new VBox();
    private final VBox writtenBox;
    private int focusNext = -1;

    ActionsPane(Words words, BuilderViewModel model, BiConsumer<String, Node> trial) {
        this.words = words;
        this.model = model;
        this.trial = trial;
        this.ready = java.util.stream.Stream.concat(
                        ReadyAction.all().stream(), java.util.stream.Stream.of(ReadyAction.removeSshKeys()))
                .toList();
        getStyleClass().add("actions-pane");
        add = new MenuButton(words.of("payloads.action.add"), Glyph.PLUS.icon("button-size"));
        add.setId("add-action");
        add.showingProperty().subscribe(showing -> {
            if (showing) {
                fillMenu();
            }
        });
        fillMenu();
        HBox head = new HBox(Bits.label("action_list", "semibold", "data"), Bits.gap(), add);
        head.getStyleClass().add("pane-head");
        Label who = Bits.wrapped(words.of("payloads.action.who"));
        HBox.setHgrow(who, Priority.ALWAYS);
        HBox info = new HBox(ShapeMark.hint("info"), who);
        info.getStyleClass().addAll("message", "info");
        rows.getStyleClass().add("action-rows");
        VBox asked = new VBox(Bits.label(words.of("payloads.readers"), "medium"));
        asked.getStyleClass().add("readers");
        for (ActionReader reader : ActionReader.values()) {
            CheckBox box =
                    new CheckBox(words.of("payloads.reader." + reader.name().toLowerCase(Locale.ROOT)));
            box.setWrapText(true);
            box.setMinHeight(USE_PREF_SIZE);
            box.setOnAction(_ -> {
                model.readBy(reader, box.isSelected());
                drawReaders();
            });
            readers.put(reader, box);
            asked.getChildren().add(box);
        }
        Label title = Bits.label(words.of("payloads.written"), "medium");
        FlowPane line = new FlowPane(
                title,
                form,
                Clip.button(
                        words,
                        "action_list",
                        () -> model.seenProperty().get().list().text()));
        line.getStyleClass().add("written-head");
        written.setMaxWidth(Double.MAX_VALUE);
        written.setWrapText(true);
        written.setMinHeight(USE_PREF_SIZE);
        additions.getStyleClass().add("additions");
        writtenBox = new VBox(line, written, additions);
        writtenBox.getStyleClass().add("written-box");
        VBox all = new VBox(info, rows, asked, writtenBox);
        all.getStyleClass().add("actions-body");
        ScrollPane scroll = new ScrollPane(all);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        getChildren().addAll(head, scroll);
        model.seenProperty().subscribe(this::draw);
    }

    private void fillMenu() {
        add.getItems().clear();
        for (ReadyAction action : ready) {
            MenuItem item = new MenuItem(action.fileName() + "\n" + action.summary());
            item.setMnemonicParsing(false);
            item.setDisable(model.draftProperty().get().actions().contains(action.fileName()));
            item.setOnAction(_ -> model.addReady(action));
            add.getItems().add(item);
        }
        List<String> own = model.candidates();
        if (!own.isEmpty()) {
            add.getItems().add(new SeparatorMenuItem());
        }
        for (String name : own) {
            MenuItem item = new MenuItem(words.of("payloads.action.own", name));
            item.setMnemonicParsing(false);
            item.setOnAction(_ -> model.addAction(name));
            add.getItems().add(item);
        }
    }

    private void draw(BuilderViewModel.Seen seen) {
        List<String> actions = seen.of().actions();
        rows.getChildren().clear();
        for (int i = 0; i < actions.size(); i++) {
            rows.getChildren().add(row(i, actions.get(i), seen));
        }
        if (actions.isEmpty()) {
            rows.getChildren().add(Bits.wrapped(words.of("payloads.action.none"), "muted"));
        }
        drawReaders();
        ActionListForm list = seen.list();
        Bits.show(writtenBox, !actions.isEmpty());
        written.setText(list.text().strip());
        form.setText(words.of("payloads.form." + list.form().name().toLowerCase(Locale.ROOT)));
        additions.getChildren().clear();
        for (String sentence : list.additions()) {
            Label label = Bits.wrapped(sentence, "data");
            HBox.setHgrow(label, Priority.ALWAYS);
            HBox line = new HBox(ShapeMark.warning("warning"), label);
            line.getStyleClass().add("finding-line");
            additions.getChildren().add(line);
        }
        if (!list.additions().isEmpty()) {
            Button copies = new Button(words.of("payloads.add-copies"));
            copies.getStyleClass().add("small");
            copies.setOnAction(_ -> model.addCopies());
            additions.getChildren().add(copies);
        }
        if (focusNext >= 0 && focusNext < rows.getChildren().size()) {
            rows.getChildren().get(focusNext).requestFocus();
        }
        focusNext = -1;
    }

    private void drawReaders() {
        readers.forEach((reader, box) ->
                box.setSelected(model.draftProperty().get().readers().contains(reader)));
    }

    private Node row(int place, String name, BuilderViewModel.Seen seen) {
        Label number = Bits.label(Integer.toString(place + 1), "semibold");
        Label title = Bits.label(name, "mono", "may-cut");
        title.setMinWidth(0);
        Button remove =
                Bits.icon(Glyph.CLOSE, words.of("payloads.action.remove", name), () -> model.removeAction(place));
        remove.getStyleClass().add("small");
        HBox first = new HBox(number, title, Bits.gap(), remove);
        first.getStyleClass().add("action-first");
        VBox card = new VBox(first);
        ready.stream()
                .filter(action -> action.fileName().equals(name))
                .findFirst()
                .ifPresent(action ->
                        card.getChildren().add(Bits.wrapped(action.summary(), "muted", "text-small", "data")));
        List<ScriptFinding> findings =
                seen.actions().stream().filter(each -> each.line() == place + 1).toList();
        for (ScriptFinding finding : findings) {
            VBox texts =
                    new VBox(Bits.wrapped(finding.sentence(), "data"), Bits.wrapped(finding.advice(), "muted", "data"));
            HBox.setHgrow(texts, Priority.ALWAYS);
            texts.setMinWidth(0);
            HBox line = new HBox(
                    finding.severity() == Severity.ERROR ? ShapeMark.failed("danger") : ShapeMark.warning("warning"),
                    texts);
            line.getStyleClass().add("finding-line");
            card.getChildren().add(line);
        }
        if (findings.isEmpty()) {
            Label can = Bits.wrapped(words.of("payloads.action.good"));
            HBox.setHgrow(can, Priority.ALWAYS);
            HBox good = new HBox(ShapeMark.tick("success"), can);
            good.getStyleClass().add("finding-line");
            card.getChildren().add(good);
        }
        Button tryIt = new Button(words.of("payloads.action.try"), Glyph.PLAY.icon("small"));
        tryIt.getStyleClass().add("small");
        tryIt.setOnAction(_ -> trial.accept(name, tryIt));
        Button up = Bits.icon(Glyph.CHEVRON_UP, words.of("payloads.action.up", name), () -> move(place, place - 1));
        up.setDisable(place == 0);
        Button down =
                Bits.icon(Glyph.CHEVRON_DOWN, words.of("payloads.action.down", name), () -> move(place, place + 1));
        down.setDisable(place == seen.of().actions().size() - 1);
        HBox verbs = new HBox(tryIt, Bits.gap(), up, down);
        verbs.getStyleClass().add("action-verbs");
        card.getChildren().add(verbs);
        card.getStyleClass().addAll("card", "action-card");
        card.setFocusTraversable(true);
        card.setAccessibleRole(AccessibleRole.LIST_ITEM);
        card.setAccessibleText(words.of("payloads.action.accessible", place + 1, name, findings.size()));
        card.setOnKeyPressed(event -> {
            if (WindowKeys.pressed(KeyAct.MOVE_UP, event)) {
                move(place, place - 1);
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.MOVE_DOWN, event)) {
                move(place, place + 1);
                event.consume();
            } else if (WindowKeys.pressed(KeyAct.REMOVE, event)) {
                model.removeAction(place);
                event.consume();
            }
        });
        dragging(card, place);
        return card;
    }

    private void move(int from, int to) {
        focusNext = to;
        model.moveAction(from, to);
    }

    private void dragging(VBox card, int place) {
        card.setOnDragDetected(event -> {
            ClipboardContent content = new ClipboardContent();
            content.putString(DRAGGED + place);
            card.startDragAndDrop(TransferMode.MOVE).setContent(content);
            event.consume();
        });
        card.setOnDragOver(event -> {
            if (event.getDragboard().hasString()
                    && event.getDragboard().getString().startsWith(DRAGGED)
                    && !java.util.Objects.equals(event.getGestureSource(), card)) {
                event.acceptTransferModes(TransferMode.MOVE);
            }
            event.consume();
        });
        card.setOnDragDropped(event -> {
            String text = event.getDragboard().getString();
            // Another program may say anything.
            if (text != null && text.matches(DRAGGED + "[0-9]{1,3}")) {
                move(Integer.parseInt(text.substring(DRAGGED.length())), place);
                event.setDropCompleted(true);
            }
            event.consume();
        });
    }
}

package io.limelight.console;

import io.limelight.console.help.HelpPane;
import io.limelight.console.help.PageHelp;
import io.limelight.console.keyboard.KeyboardPane;
import io.limelight.console.keyboard.KeyboardViewModel;
import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.pictures.Picture;
import io.limelight.console.shell.Overlay;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of what makes one feel at home: keys, help, the tour, the support bundle. */
final class HomeAlbum {
    private HomeAlbum() {}

    static List<Picture> pictures(Words words) {
        return List.of(
                new Picture("keyboard", () -> keyboard(words, "", _ -> {})),
                new Picture("keyboard-taken", () -> keyboard(words, "", model -> {
                    model.record(KeyAct.EXPORT);
                    model.press(new Chord(false, false, false, "F5"));
                })),
                new Picture("help", () -> help(words, PageHelp.MACHINES)),
                new Picture("help-payloads", () -> help(words, PageHelp.PAYLOADS)),
                new Picture("keyboard-damaged", () -> keyboard(words, "?", model -> model.record(KeyAct.REFRESH))));
    }

    private static Parent keyboard(Words words, String kept, Consumer<KeyboardViewModel> then) {
        KeyTable table = new KeyTable(kept, _ -> {});
        if (kept.isEmpty()) {
            table.give(KeyAct.TASKS, new Chord(false, false, false, "F8"));
        }
        KeyboardViewModel model = new KeyboardViewModel(words, table);
        KeyboardPane pane = new KeyboardPane(words, model, () -> {}, () -> {});
        then.accept(model);
        return over(words, "keys.title", pane, pane.focus());
    }

    private static Parent help(Words words, PageHelp help) {
        HelpPane pane = new HelpPane(
                words,
                help,
                KeyTable.usual(),
                List.of(
                        new HelpPane.Door("help-tour", words.of("keys.act.tour"), () -> {}),
                        new HelpPane.Door("help-keyboard", words.of("keys.act.keyboard"), () -> {}),
                        new HelpPane.Door("help-support", words.of("keys.act.support"), () -> {})),
                () -> {});
        Overlay overlay = new Overlay(words);
        StackPane root = new StackPane(overlay);
        overlay.show(words.of("help.title", words.of(help.page() + ".title")), pane, pane.focus(), null);
        return root;
    }

    private static StackPane over(Words words, String title, Node content, Node focus) {
        Overlay overlay = new Overlay(words);
        StackPane root = new StackPane(overlay);
        overlay.show(words.of(title), content, focus, null);
        return root;
    }
}

package io.limelight.console;

import io.limelight.console.exporting.ExportPane;
import io.limelight.console.keyboard.KeyboardPane;
import io.limelight.console.keyboard.KeyboardPrint;
import io.limelight.console.keyboard.KeyboardViewModel;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.problem.Problem;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Sheet;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.control.Button;
import javafx.scene.layout.VBox;

/** "Keyboard" of a window. */
final class KeyboardDesk {
    private final Words words;
    private final Shell shell;
    private final Overlay overlay;
    private final Consumer<Sheet> save;

    private KeyboardDesk(Words words, Shell shell, Overlay overlay, Consumer<Sheet> save) {
        this.words = words;
        this.shell = shell;
        this.overlay = overlay;
        this.save = save;
    }

    /**
     * Gives a window the action.
     *
     * @param save asks where to write rows, as {@link ExportPane} does
     */
    static void add(Words words, Shell shell, Overlay overlay, Consumer<Sheet> save) {
        KeyboardDesk desk = new KeyboardDesk(words, shell, overlay, save);
        shell.add(new ShellAction(KeyAct.KEYBOARD.key(), words.of("keys.action"), Glyph.COMMAND, desk::open));
    }

    private void open() {
        KeyboardViewModel model = new KeyboardViewModel(words, shell.keys());
        KeyboardPane pane = new KeyboardPane(
                words,
                model,
                () -> KeyboardPrint.print(words, model.all(), shell.getScene().getWindow())
                        .ifPresent(this::say),
                () -> save.accept(sheet(words, model)));
        overlay.show(words.of("keys.title"), pane, pane.focus(), null, pane::close);
    }

    static Sheet sheet(Words words, KeyboardViewModel model) {
        return new Sheet(
                words.of("keys.title"),
                List.of(words.of("keys.column.what"), words.of("keys.column.where"), words.of("keys.column.keys")),
                model.all().stream()
                        .map(row -> List.of(row.what(), row.where(), row.keys()))
                        .toList());
    }

    private void say(Problem problem) {
        ProblemView view = ProblemView.of(words, problem);
        Button back = new Button(words.of("keys.back"));
        back.setOnAction(_ -> open());
        VBox box = new VBox(16, view, back);
        box.setPrefWidth(520);
        overlay.show(words.of("keys.title"), box, back, null);
    }
}

package io.limelight.console.shell;

import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javafx.util.Subscription;

/** The console's window: where it stands, what it is called, how fast it draws. */
public final class ConsoleWindow {
    private final FrameMeter frames;

    private final Stage stage;
    private final Words words;

    private ConsoleWindow(Stage stage, Words words, FrameMeter frames) {
        this.stage = stage;
        this.words = words;
        this.frames = frames;
    }

    /** Shows a shell. */
    public static ConsoleWindow show(
            Stage stage, Shell shell, ShellViewModel model, Words words, Theme theme, Remembered remembered) {
        Scene scene = new Scene(shell);
        Subscription dressed = theme.dress(scene);
        WindowMemory memory = new WindowMemory(remembered);
        memory.restore(stage);
        stage.setScene(scene);
        title(stage, model, words);
        stage.setOnHidden(event -> dressed.unsubscribe());
        stage.setOnHiding(event -> memory.keep(stage));
        stage.show();
        stage.getIcons().setAll(Mark.images());
        return new ConsoleWindow(stage, words, new FrameMeter(scene));
    }

    /** Shows another shell in the same window. */
    public void show(Shell shell, ShellViewModel model) {
        stage.getScene().setRoot(shell);
        title(stage, model, words);
    }

    private static void title(Stage stage, ShellViewModel model, Words words) {
        String name = model.profileProperty().get();
        stage.setTitle(name.isEmpty() ? words.of("shell.title") : words.of("shell.title.profile", name));
    }

    /** How fast it draws. */
    public FrameMeter frames() {
        return frames;
    }
}

package io.limelight.console.shell;

import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import javafx.scene.Scene;
import javafx.stage.Stage;
import javafx.util.Subscription;

/** The console's window: where it stands, what it is called, how fast it draws. */
public final class ConsoleWindow {
    private final FrameMeter frames;

    private ConsoleWindow(FrameMeter frames) {
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
        model.profileProperty()
                .subscribe(name -> stage.setTitle(
                        name.isEmpty() ? words.of("shell.title") : words.of("shell.title.profile", name)));
        stage.setOnHidden(event -> dressed.unsubscribe());
        stage.setOnHiding(event -> memory.keep(stage));
        stage.show();
        stage.getIcons().setAll(Mark.images());
        return new ConsoleWindow(new FrameMeter(scene));
    }

    /** How fast it draws. */
    public FrameMeter frames() {
        return frames;
    }
}

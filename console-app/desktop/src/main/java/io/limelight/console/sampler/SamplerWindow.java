package io.limelight.console.sampler;

import io.limelight.console.shell.Page;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.util.List;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;

/** The samples in the console's own window. */
public final class SamplerWindow {
    private SamplerWindow() {}

    /** Shows it. */
    public static void show(Stage stage, Words words, InstantSource clock, Theme theme) {
        ShellViewModel model = new ShellViewModel(words);
        java.util.concurrent.Executor work = task -> Thread.ofVirtual().start(task);
        Shell shell = new Shell(
                new Shell.Parts(
                        words,
                        theme,
                        new Tasks(clock, work, words),
                        clock,
                        work,
                        Platform::runLater,
                        Remembered.inMemory()),
                model,
                List.of(new SamplesPage(new Sampler(words, clock), words)));
        Scene scene = new Scene(shell, 1280, 800);
        theme.dress(scene);
        stage.setScene(scene);
        stage.setTitle(words.of("sampler.title"));
        stage.show();
    }

    private static final class SamplesPage implements Page {
        private final SplitPane split;

        SamplesPage(Sampler sampler, Words words) {
            ListView<Sampler.Sample> list = new ListView<>();
            list.setAccessibleText(words.of("sampler.title"));
            list.getItems().setAll(Sampler.samples());
            list.setCellFactory(view -> new javafx.scene.control.ListCell<>() {
                @Override
                protected void updateItem(Sampler.@org.jspecify.annotations.Nullable Sample item, boolean empty) {
                    super.updateItem(item, empty);
                    setText(item == null || empty ? null : words.of("sampler." + item.key()));
                }
            });
            StackPane sheet = new StackPane();
            list.getSelectionModel().selectedItemProperty().subscribe(sample -> {
                if (sample != null) {
                    sheet.getChildren().setAll(sampler.sheet(sample));
                }
            });
            list.getSelectionModel().selectFirst();
            split = new SplitPane(list, sheet);
            split.setDividerPositions(0.18);
        }

        @Override
        public String key() {
            return "sampler";
        }

        @Override
        public Glyph glyph() {
            return Glyph.BOX;
        }

        @Override
        public Node content() {
            return split;
        }
    }
}

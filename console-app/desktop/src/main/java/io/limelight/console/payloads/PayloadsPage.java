package io.limelight.console.payloads;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.payload.ActionTrial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.layout.StackPane;

/** The page of payloads: all of them, or the one that is being built. */
public final class PayloadsPage implements Page {
    private static final Duration TRIAL = Duration.ofSeconds(30);

    private final LibraryViewModel library;
    private final BuilderViewModel builder;
    private final LibraryView libraryView;
    private final BuilderView builderView;
    private final StackPane content = new StackPane();

    /**
     * Parts, wired.
     *
     * @param trial runs actions here
     * @param send provisions machines with a payload
     */
    public PayloadsPage(
            Words words,
            InstantSource clock,
            LibraryViewModel library,
            BuilderViewModel builder,
            PayloadFiles files,
            ActionTrial trial,
            Tasks tasks,
            DialogHost dialogs,
            Executor work,
            Executor screen,
            Consumer<SavedPayload> send) {
        this.library = library;
        this.builder = builder;
        this.libraryView = new LibraryView(words, clock, library, new LibraryView.Acts() {
            @Override
            public void open(PayloadShelf.Kept one) {
                builder.show(one);
                showBuilder();
            }

            @Override
            public void create(PayloadDraft from) {
                builder.create(from);
                showBuilder();
            }

            @Override
            public void openFolder(Path folder) {
                builder.open(folder, PayloadMode.CERTIFICATE_PACKAGE);
                showBuilder();
            }
        });
        this.builderView = new BuilderView(
                words,
                builder,
                files,
                dialogs,
                work,
                screen,
                this::showLibrary,
                (action, opener) -> new TrialDialog(
                                words,
                                new TrialViewModel(
                                        builder, action, words.of("payloads.trial.task", action), trial, tasks, screen),
                                dialogs)
                        .open(opener),
                send);
        content.getStyleClass().add("payloads-page");
        content.getStylesheets().add(Bits.sheet());
        content.getChildren().setAll(libraryView.node());
    }

    /** Trials as an agent of ours would run actions, for half a minute at most. */
    public static ActionTrial trial() {
        try (InputStream shim = PayloadsPage.class.getResourceAsStream("/io/limelight/agent/py/action-shim.py")) {
            return new ActionTrial(TRIAL, shim == null ? "" : new String(shim.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows the one that is being built. */
    public void showBuilder() {
        content.getChildren().setAll(builderView.node());
    }

    /** Shows all. */
    public void showLibrary() {
        library.load();
        content.getChildren().setAll(libraryView.node());
    }

    /** The one that is being built. */
    public BuilderViewModel builder() {
        return builder;
    }

    /** All of them. */
    public LibraryViewModel library() {
        return library;
    }

    @Override
    public String key() {
        return "payloads";
    }

    @Override
    public Glyph glyph() {
        return Glyph.PACKAGE;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        library.load();
    }
}

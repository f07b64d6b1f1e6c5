package io.limelight.console.support;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.Problems;
import io.limelight.console.support.SupportBundle.Part;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;

/** Makes a bundle, shows it, and writes what was shown. Used on the screen's thread; read and written off it. */
public final class SupportViewModel {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmm").withZone(ZoneOffset.UTC);

    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final ReadOnlyObjectWrapper<Optional<SupportBundle>> bundle = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObjectProperty<Optional<Part>> looked = new SimpleObjectProperty<>(Optional.empty());
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(this, "busy");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Path>> written = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final String fileName;

    /**
     * Gathers at once.
     *
     * @param facts asked off the screen's thread
     */
    public SupportViewModel(
            Words words, Supplier<SupportFacts> facts, java.time.InstantSource clock, Executor work, Executor screen) {
        this.words = words;
        this.work = work;
        this.screen = screen;
        fileName = "limelight-support-" + DAY.format(clock.instant()) + ".zip";
        busy.set(true);
        work.execute(() -> {
            SupportBundle made = SupportBundle.of(facts.get(), words.of("support.readme"));
            screen.execute(() -> {
                busy.set(false);
                bundle.set(Optional.of(made));
                looked.set(Optional.of(made.parts().getFirst()));
            });
        });
    }

    /** A name for the file. */
    public String fileName() {
        return fileName;
    }

    /** Writes what was shown. */
    public void write(Path file) {
        SupportBundle shown = bundle.get().orElse(null);
        if (shown == null || busy.get()) {
            return;
        }
        busy.set(true);
        problem.set(Optional.empty());
        written.set(Optional.empty());
        work.execute(() -> {
            Optional<Problem> why = Optional.empty();
            try {
                shown.write(file);
            } catch (IOException e) {
                why = Optional.of(
                        Problems.of(words, "support.not-written", String.valueOf(e.getMessage()), file.toString()));
            }
            Optional<Problem> said = why;
            screen.execute(() -> {
                busy.set(false);
                problem.set(said);
                written.set(said.isPresent() ? Optional.empty() : Optional.of(file));
            });
        });
    }

    /** What is in it; empty: not gathered yet. */
    public ReadOnlyObjectProperty<Optional<SupportBundle>> bundleProperty() {
        return bundle.getReadOnlyProperty();
    }

    /** The file that is looked at. */
    public ObjectProperty<Optional<Part>> lookedProperty() {
        return looked;
    }

    /** Whether it is being gathered or written. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Why it was not written. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Where it is. */
    public ReadOnlyObjectProperty<Optional<Path>> writtenProperty() {
        return written.getReadOnlyProperty();
    }
}

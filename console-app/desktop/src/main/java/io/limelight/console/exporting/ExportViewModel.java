package io.limelight.console.exporting;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;

/** Writes what a page shows into a file. Used on the screen's thread; written off it. */
public final class ExportViewModel {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmm").withZone(ZoneOffset.UTC);

    private final Report report;
    private final Optional<BufferedImage> picture;
    private final Words words;
    private final ActLog acts;
    private final Executor work;
    private final Executor screen;
    private final ObjectProperty<Format> format = new SimpleObjectProperty<>(this, "format", Format.PDF);
    private final BooleanProperty withPicture = new SimpleBooleanProperty(this, "withPicture", true);
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(this, "busy");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Path>> written = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** As what. */
    public enum Format {
        PDF,
        CSV,
        JSON;

        /** Names keys of words, and the end of the file's name. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of what is shown now. */
    public ExportViewModel(
            Report report, Optional<BufferedImage> picture, Words words, ActLog acts, Executor work, Executor screen) {
        this.report = report;
        this.picture = picture;
        this.words = words;
        this.acts = acts;
        this.work = work;
        this.screen = screen;
    }

    /** How many rows there are. */
    public int rows() {
        return report.sheet().rows().size();
    }

    /** A name for the file: {@code machines-2026-11-29-0814.pdf}. */
    public String fileName() {
        String title = report.sheet().title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return (title.isBlank() || title.equals("-") ? "limelight" : title) + "-" + DAY.format(report.at()) + "."
                + format.get().key();
    }

    /** Writes it. */
    public void write(Path file) {
        if (busy.get()) {
            return;
        }
        busy.set(true);
        problem.set(Optional.empty());
        written.set(Optional.empty());
        Format as = format.get();
        Optional<BufferedImage> shown = withPicture.get() ? picture : Optional.empty();
        work.execute(() -> {
            try {
                writeNow(file, as, shown);
                acts.did(new ActLog.Act(
                        "console.export",
                        List.of(report.sheet().title()),
                        ActLog.Outcome.DONE,
                        Map.of("file", file.toString(), "rows", Integer.toString(rows()))));
                screen.execute(() -> {
                    busy.set(false);
                    written.set(Optional.of(file));
                });
            } catch (ProblemException e) {
                screen.execute(() -> {
                    busy.set(false);
                    problem.set(Optional.of(e.problem()));
                });
            }
        });
    }

    private void writeNow(Path file, Format as, Optional<BufferedImage> shown) throws ProblemException {
        ScreenThread.refuse("exporting");
        try {
            byte[] bytes = switch (as) {
                case CSV -> CsvText.of(report.sheet()).getBytes(StandardCharsets.UTF_8);
                case JSON -> JsonText.of(report);
                case PDF -> new PdfReport(report, words).write(shown);
            };
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
            // What is exported names machines: it is the person's own until they say otherwise.
            Path half = Files.createTempFile(folder, ".limelight-", ".part");
            try {
                Files.write(half, bytes);
                Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            throw Problems.thrown(words, "exporting.not-written", e, file.toString());
        }
    }

    /** As what. */
    public ObjectProperty<Format> formatProperty() {
        return format;
    }

    /** Whether a report begins with a picture of the page. */
    public BooleanProperty withPictureProperty() {
        return withPicture;
    }

    /** Whether it is being written. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Why it was not. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Where it is. */
    public ReadOnlyObjectProperty<Optional<Path>> writtenProperty() {
        return written.getReadOnlyProperty();
    }
}

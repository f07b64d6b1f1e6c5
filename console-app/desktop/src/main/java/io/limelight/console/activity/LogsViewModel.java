package io.limelight.console.activity;

import io.limelight.console.activity.LogSources.Source;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The logs: which one, which of its lines, followed or not. Used on the screen's thread; files are read off it. */
public final class LogsViewModel implements AutoCloseable {
    /** Older lines are forgotten. */
    static final int MOST = 5_000;

    /** No log is looked at. */
    static final Source NONE = new Source("", Path.of(""));

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final LogSources sources;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final ObservableList<Source> known = FXCollections.observableArrayList();
    private final ObservableList<LogLine> lines = FXCollections.observableArrayList();
    private final ObjectProperty<Source> source = new SimpleObjectProperty<>(this, "source", NONE);
    private final ObjectProperty<LogLine.Level> level = new SimpleObjectProperty<>(this, "level", LogLine.Level.DEBUG);
    private final StringProperty filter = new SimpleStringProperty(this, "filter", "");
    private final BooleanProperty follow = new SimpleBooleanProperty(this, "follow", true);
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final List<LogLine> all = new ArrayList<>();
    private @Nullable Cancellation reading;

    /** Nothing is read before it is looked at. */
    public LogsViewModel(LogSources sources, Words words, Executor work, Executor screen) {
        this.sources = sources;
        this.words = words;
        this.work = work;
        this.screen = screen;
        source.subscribe((_, _) -> begin());
        follow.subscribe((_, _) -> begin());
        level.subscribe(_ -> draw());
        filter.subscribe(_ -> draw());
    }

    /** Comes to be looked at. */
    public void shown() {
        work.execute(() -> {
            List<Source> found = sources.list();
            screen.execute(() -> {
                if (!known.equals(found)) {
                    known.setAll(found);
                }
                if (!found.contains(source.get()) && !found.isEmpty()) {
                    source.set(found.getFirst());
                } else {
                    begin();
                }
            });
        });
    }

    /** Is no longer looked at: nothing is read. */
    public void hidden() {
        stop();
    }

    private void stop() {
        Cancellation before = reading;
        reading = null;
        if (before != null) {
            before.cancel();
        }
    }

    private void begin() {
        stop();
        all.clear();
        lines.clear();
        Source now = source.get();
        if (now.equals(NONE)) {
            return;
        }
        Cancellation mine = new Cancellation();
        reading = mine;
        boolean goOn = follow.get();
        work.execute(() -> read(new LogTail(now.file()), mine, goOn));
    }

    private void read(LogTail tail, Cancellation mine, boolean goOn) {
        try {
            do {
                try {
                    LogTail.Added added = tail.read();
                    if (added.again() || !added.lines().isEmpty()) {
                        screen.execute(() -> add(mine, added));
                    }
                } catch (IOException e) {
                    Problem why = Problems.of(words, "activity.log-not-read", String.valueOf(e.getMessage()));
                    screen.execute(() -> problem.set(Optional.of(why)));
                    return;
                }
                if (goOn) {
                    mine.sleep(LOOK);
                }
            } while (goOn);
        } catch (CancelledException e) {
            // Another log, or none, is looked at.
        }
    }

    private void add(Cancellation mine, LogTail.Added added) {
        if (reading != mine) {
            return;
        }
        problem.set(Optional.empty());
        if (added.again()) {
            all.clear();
            lines.clear();
        }
        all.addAll(added.lines());
        if (all.size() > MOST) {
            all.subList(0, all.size() - MOST).clear();
            draw();
        } else {
            String wanted = filter.get().strip().toLowerCase(Locale.ROOT);
            lines.addAll(
                    added.lines().stream().filter(line -> fits(line, wanted)).toList());
        }
    }

    private void draw() {
        String wanted = filter.get().strip().toLowerCase(Locale.ROOT);
        lines.setAll(all.stream().filter(line -> fits(line, wanted)).toList());
    }

    private boolean fits(LogLine line, String wanted) {
        return line.level().compareTo(level.get()) >= 0
                && (wanted.isEmpty() || line.text().toLowerCase(Locale.ROOT).contains(wanted));
    }

    /** Logs there are. */
    public ObservableList<Source> sources() {
        return known;
    }

    /** Lines that are shown, the oldest first. */
    public ObservableList<LogLine> lines() {
        return lines;
    }

    /** Which log; {@link #NONE}: none. */
    public ObjectProperty<Source> sourceProperty() {
        return source;
    }

    /** Less is left out. */
    public ObjectProperty<LogLine.Level> levelProperty() {
        return level;
    }

    /** What is typed. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Whether what is added is read. */
    public BooleanProperty followProperty() {
        return follow;
    }

    /** Why it cannot be read. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** All lines that are shown, as one text. */
    public String text() {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.text()).append('\n'));
        return text.toString();
    }

    @Override
    public void close() {
        stop();
    }
}

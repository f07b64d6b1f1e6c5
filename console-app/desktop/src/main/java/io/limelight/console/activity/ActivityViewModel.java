package io.limelight.console.activity;

import io.limelight.console.activity.ChainCheck.Fault;
import io.limelight.console.activity.ChainCheck.Found;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.ActivityRow;
import io.limelight.console.records.ActivityStore;
import io.limelight.console.words.Words;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The record: which rows, which of them are shown, whether they verify. Used on the screen's thread. */
public final class ActivityViewModel implements AutoCloseable {
    /** Older rows are in the record and not in the list. */
    public static final int MOST = 20_000;

    private final ActivityLog log;
    private final Words words;
    private final UnaryOperator<String> names;
    private final InstantSource clock;
    private final HeadExports exports;
    private final Loader<List<ActivityEntry>> loader;
    private final Loader<Found> check;
    private final Loader<Path> export;
    private final LatestOnly<List<ActivityEntry>> drawing;
    private final ObservableList<ActivityEntry> rows = FXCollections.observableArrayList();
    private final StringProperty filterText = new SimpleStringProperty(this, "filterText", "");
    private final ObjectProperty<Source> source = new SimpleObjectProperty<>(this, "source", Source.ALL);
    private final ObjectProperty<Kinds> kinds = new SimpleObjectProperty<>(this, "kinds", Kinds.ALL);
    private final ObjectProperty<Since> since = new SimpleObjectProperty<>(this, "since", Since.EVER);
    private final ObjectProperty<@Nullable ActivityEntry> selected = new SimpleObjectProperty<>(this, "selected");
    private final ReadOnlyObjectWrapper<Optional<Problem>> trouble = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Signing> signing = new ReadOnlyObjectWrapper<>(Signing.NOT_KEPT);
    private final Map<Long, Fault> faults = new HashMap<>();
    private final Runnable unsubscribe;
    private List<ActivityEntry> all = new ArrayList<>();
    private boolean more;

    /** Whose word a row is. */
    public enum Source {
        ALL,
        OWN,
        VERIFIER,
        CONSOLE;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a row is about, by the group of its kind. */
    public enum Kinds {
        ALL(""),
        MACHINE("machine."),
        POLICY("policy."),
        REVOCATION("revocation."),
        CA("ca."),
        PROVISION("provision."),
        SANDBOX("sandbox."),
        CONSOLE("console.");

        private final String prefix;

        Kinds(String prefix) {
            this.prefix = prefix;
        }

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean fits(String kind) {
            return kind.startsWith(prefix) || (this == REVOCATION && kind.startsWith("verifier."));
        }
    }

    /** How far back. */
    public enum Since {
        EVER(Duration.ZERO),
        HOUR(Duration.ofHours(1)),
        DAY(Duration.ofDays(1)),
        WEEK(Duration.ofDays(7)),
        MONTH(Duration.ofDays(31));

        private final Duration back;

        Since(Duration back) {
            this.back = back;
        }

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether the end of the record is signed. */
    public enum Signing {
        /** It is. */
        SIGNED,
        /** Not as long as the vault is locked, or there is none. */
        LOCKED,
        /** Never: the profile is not kept. */
        NOT_KEPT;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Nothing is read yet.
     *
     * @param names what people call an object; the id itself where they call it nothing
     * @param exports where heads are exported to
     */
    public ActivityViewModel(
            ActivityLog log,
            HeadExports exports,
            Words words,
            UnaryOperator<String> names,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.log = log;
        this.exports = exports;
        this.words = words;
        this.names = names;
        this.clock = clock;
        loader = new Loader<>(work, screen, clock);
        check = new Loader<>(work, screen, clock);
        export = new Loader<>(work, screen, clock);
        drawing = new LatestOnly<>(work, screen, this::show);
        unsubscribe = log.subscribe(new ActivityLog.Listener() {
            @Override
            public void kept(ActivityRow row) {
                screen.execute(() -> add(row));
            }

            @Override
            public void trouble(Problem why) {
                screen.execute(() -> trouble.set(Optional.of(why)));
            }
        });
        trouble.set(log.trouble());
        filterText.subscribe(_ -> draw());
        source.subscribe(_ -> draw());
        kinds.subscribe(_ -> draw());
        since.subscribe(_ -> draw());
        loader.stateProperty().subscribe(state -> {
            if (!state.loading() && state.value() != null) {
                all = new ArrayList<>(state.value());
                more = all.size() >= MOST;
                draw();
            }
            if (state.problem() != null) {
                trouble.set(Optional.of(state.problem()));
            }
        });
        check.stateProperty().subscribe(state -> {
            if (!state.loading() && state.value() != null) {
                faults.clear();
                state.value().faults().forEach(fault -> faults.putIfAbsent(fault.sequence(), fault));
                draw();
            }
        });
    }

    /** Reads the record, and signs its end where that became possible. */
    public void refresh() {
        signing.set(!log.signer().kept() ? Signing.NOT_KEPT : log.signer().ready() ? Signing.SIGNED : Signing.LOCKED);
        loader.load(_ -> {
            log.sign();
            ActivityStore store = log.store();
            List<ActivityEntry> read = new ArrayList<>();
            long before = Long.MAX_VALUE;
            while (read.size() < MOST) {
                List<ActivityRow> page = store.before(log.profile(), before);
                page.forEach(row -> read.add(ActivityEntry.of(row, words, names)));
                if (page.size() < ActivityStore.PAGE) {
                    break;
                }
                before = page.getLast().sequence();
            }
            return read;
        });
    }

    private void add(ActivityRow row) {
        if (loader.stateProperty().get().value() == null) {
            return;
        }
        if (all.isEmpty() || all.getFirst().row().sequence() < row.sequence()) {
            List<ActivityEntry> next = new ArrayList<>(all.size() + 1);
            next.add(ActivityEntry.of(row, words, names));
            next.addAll(all.size() >= MOST ? all.subList(0, MOST - 1) : all);
            all = next;
            draw();
        }
    }

    private void draw() {
        List<ActivityEntry> every = all;
        String wanted = filterText.get().strip().toLowerCase(Locale.ROOT);
        Source who = source.get();
        Kinds what = kinds.get();
        Instant oldest =
                since.get() == Since.EVER ? Instant.MIN : clock.instant().minus(since.get().back);
        List<String> tokens = List.of(wanted.split("\\s+"));
        drawing.ask(() -> every.stream()
                .filter(entry -> (who == Source.ALL || entry.source().equals(who.key()))
                        && what.fits(entry.row().kind())
                        && (oldest.equals(Instant.MIN)
                                || (entry.at() != null && !entry.at().isBefore(oldest)))
                        && fits(entry, tokens))
                .toList());
    }

    private boolean fits(ActivityEntry entry, List<String> tokens) {
        String all = tokens.equals(List.of("")) ? "" : entry.haystack(words);
        return tokens.stream().allMatch(all::contains);
    }

    private void show(List<ActivityEntry> shown) {
        ActivityEntry before = selected.get();
        rows.setAll(shown);
        if (before != null) {
            selected.set(shown.stream()
                    .filter(entry -> entry.row().sequence() == before.row().sequence())
                    .findFirst()
                    .orElse(null));
        }
    }

    /** Verifies all of it, against the heads that were exported too. */
    public void verify() {
        check.load(cancellation -> {
            try {
                return verified(cancellation);
            } catch (CancelledException e) {
                throw Problems.thrown(words, "activity.stopped", e);
            }
        });
    }

    private Found verified(Cancellation cancellation) throws ProblemException, CancelledException {
        Optional<HeadFolder> folder = exports.folder();
        return new ChainCheck(log.store(), log.profile())
                .run(log.signer().publicKey(), folder.isPresent() ? folder.get().read() : List.of(), cancellation);
    }

    /** Chooses where heads go, and writes the first. */
    public void exportTo(Path folder) {
        exports.choose(folder);
        exportHead();
    }

    /** Writes the signed head into the folder that was chosen. */
    public void exportHead() {
        export.load(_ -> exports.now());
    }

    /** Where heads go; empty: nowhere. */
    public Optional<Path> exportFolder() {
        return exports.chosen();
    }

    /** Rows that are shown, the newest first. */
    public ObservableList<ActivityEntry> rows() {
        return rows;
    }

    /** How many are in the list, shown or not. */
    public int count() {
        return all.size();
    }

    /** Whether the record has older rows than the list. */
    public boolean more() {
        return more;
    }

    /** What is wrong with a row; empty: nothing, or it was not verified. */
    public Optional<Fault> fault(ActivityEntry entry) {
        return Optional.ofNullable(faults.get(entry.row().sequence()));
    }

    /** What is typed. */
    public StringProperty filterTextProperty() {
        return filterText;
    }

    /** Whose word. */
    public ObjectProperty<Source> sourceProperty() {
        return source;
    }

    /** What about. */
    public ObjectProperty<Kinds> kindsProperty() {
        return kinds;
    }

    /** How far back. */
    public ObjectProperty<Since> sinceProperty() {
        return since;
    }

    /** The row looked at; null: none. */
    public ObjectProperty<@Nullable ActivityEntry> selectedProperty() {
        return selected;
    }

    /** Reading. */
    public ReadOnlyObjectProperty<Loaded<List<ActivityEntry>>> readingProperty() {
        return loader.stateProperty();
    }

    /** Verifying. */
    public ReadOnlyObjectProperty<Loaded<Found>> checkProperty() {
        return check.stateProperty();
    }

    /** Exporting the head. */
    public ReadOnlyObjectProperty<Loaded<Path>> exportProperty() {
        return export.stateProperty();
    }

    /** Why something is not kept. */
    public ReadOnlyObjectProperty<Optional<Problem>> troubleProperty() {
        return trouble.getReadOnlyProperty();
    }

    /** Whether the end is signed. */
    public ReadOnlyObjectProperty<Signing> signingProperty() {
        return signing.getReadOnlyProperty();
    }

    @Override
    public void close() {
        unsubscribe.run();
        loader.close();
        check.close();
        export.close();
    }
}

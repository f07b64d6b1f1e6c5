package io.limelight.console.revocations;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * The revocation board. Refreshed by news of the verifier, and by time where there are none: news that come in bursts are one question,
 * never more than one every third of a second. Used on the screen's thread.
 */
public final class RevocationsViewModel implements AutoCloseable {
    /** So many rows are kept; older ones are the verifier's to keep. */
    static final int MOST_ROWS = 2_000;

    private static final Duration APART = Duration.ofMillis(300);
    private static final Duration POLL = Duration.ofSeconds(10);
    private static final Duration POLL_HIDDEN = Duration.ofSeconds(30);

    private final RevocationService service;
    private final CaKnowledge ca;
    private final ActLog acts;
    private final InstantSource clock;
    private final Executor work;
    private final Executor screen;
    private final Loader<Board> board;
    private final Loader<NoticeDetail> detail;
    private final Loader<Board.Older> older;
    private final LatestOnly<Optional<CrlFacts>> looking;
    private final ReadOnlyObjectWrapper<Optional<CrlFacts>> crl = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObservableList<Notice> rows = FXCollections.observableArrayList();
    private final ObjectProperty<@Nullable Notice> selected = new SimpleObjectProperty<>(this, "selected");
    private final ReadOnlyBooleanWrapper mayAct = new ReadOnlyBooleanWrapper(false);
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(false);
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Decided>> decided = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ObservableList<Channel.Tested> tested = FXCollections.observableArrayList();
    private OptionalLong next = OptionalLong.empty();
    private Instant begun = Instant.EPOCH;
    private boolean dirty;
    private boolean shown;
    private boolean closed;
    private Runnable onBoard = () -> {};

    /** What became of held notices. */
    public record Decided(boolean released, long notices) {}

    /** Asks nobody yet. */
    public RevocationsViewModel(
            RevocationService service,
            CaKnowledge ca,
            ActLog acts,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.service = service;
        this.ca = ca;
        this.acts = acts;
        this.clock = clock;
        this.work = work;
        this.screen = screen;
        this.board = new Loader<>(work, screen, clock);
        this.detail = new Loader<>(work, screen, clock);
        this.older = new Loader<>(work, screen, clock);
        this.looking = new LatestOnly<>(work, screen, this::lookedAt);
        board.stateProperty().subscribe(this::came);
        older.stateProperty().subscribe(this::olderCame);
        selected.subscribe((before, now) -> {
            if (now == null) {
                detail.clear();
            } else if (before == null || before.sequence() != now.sequence()) {
                detail.clear();
                loadDetail(now);
            } else if (!now.equals(before)) {
                // The same one has gone further: what is there stays until the news are.
                loadDetail(now);
            }
        });
    }

    private void loadDetail(Notice notice) {
        detail.load(cancellation -> service.detail(notice, cancellation));
    }

    // --- what is shown ---

    /** How all stands. */
    public ReadOnlyObjectProperty<Loaded<Board>> boardProperty() {
        return board.stateProperty();
    }

    /** The notices, the newest first. */
    public ObservableList<Notice> rows() {
        return rows;
    }

    /** The one looked at; null: none. */
    public ObjectProperty<@Nullable Notice> selectedProperty() {
        return selected;
    }

    /** It, closely. */
    public ReadOnlyObjectProperty<Loaded<NoticeDetail>> detailProperty() {
        return detail.stateProperty();
    }

    /** The CRL of the fleet's CA; empty where there is none. */
    public ReadOnlyObjectProperty<Optional<CrlFacts>> crlProperty() {
        return crl.getReadOnlyProperty();
    }

    /** Whether buttons for acts are shown. */
    public ReadOnlyBooleanProperty mayActProperty() {
        return mayAct.getReadOnlyProperty();
    }

    /** Whether an act is under way. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Why the last act was in vain. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What became of held notices, until the next look. */
    public ReadOnlyObjectProperty<Optional<Decided>> decidedProperty() {
        return decided.getReadOnlyProperty();
    }

    /** What came of the last test, way by way. */
    public ObservableList<Channel.Tested> tested() {
        return tested;
    }

    /** The brake; free where nothing is known. */
    public Brake brake() {
        return board.stateProperty().get().got().map(Board::brake).orElse(Brake.FREE);
    }

    /** The notice a machine's certificate was revoked for at that time, among those that are shown. */
    public Optional<Notice> cause(String machine, Instant revoked) {
        return Causes.of(rows, machine, revoked);
    }

    /** Whether there are older ones than are shown. */
    public boolean more() {
        return next.isPresent() && rows.size() < MOST_ROWS;
    }

    /** Whether a machine can check notices of this CA. */
    public CaKnowledge.Holding hasPackage(String machine) {
        return ca.hasPackage(machine);
    }

    /** The ways that can be tried without naming a machine. */
    public List<Channel.Kind> testable() {
        return board.stateProperty().get().got().map(Board::channels).orElse(List.of()).stream()
                .filter(channel -> channel.light() != Channel.Light.OFF
                        && (channel.kind() == Channel.Kind.WEBHOOK || channel.kind() == Channel.Kind.ZEROMQ))
                .map(Channel::kind)
                .toList();
    }

    /** Called when the board came or did not. */
    public void onBoard(Runnable listener) {
        onBoard = listener;
    }

    // --- when it is asked for ---

    /** It is looked at. */
    public void shown() {
        shown = true;
        refresh();
    }

    /** It no longer is. */
    public void hidden() {
        shown = false;
    }

    /** The verifier has said that something happened. */
    public void news() {
        dirty = true;
        settle();
        look();
    }

    /** Time has passed: once a second while it is looked at, else with each list of machines. */
    public void tick() {
        Duration since = Duration.between(begun, clock.instant());
        if (since.compareTo(shown ? POLL : POLL_HIDDEN) >= 0) {
            dirty = true;
        }
        settle();
        if (shown) {
            look();
        }
    }

    /** Asks now. */
    public void refresh() {
        dirty = true;
        begun = Instant.EPOCH;
        settle();
        look();
    }

    private void settle() {
        boolean apart = Duration.between(begun, clock.instant()).compareTo(APART) >= 0;
        if (!closed && dirty && apart && !board.stateProperty().get().loading()) {
            dirty = false;
            begun = clock.instant();
            board.load(service::board);
        }
    }

    private void look() {
        if (!closed) {
            looking.ask(ca::crl);
        }
    }

    private void lookedAt(Optional<CrlFacts> now) {
        Optional<CrlFacts> before = crl.get();
        if (now.equals(before)) {
            return;
        }
        crl.set(now);
        Notice looked = selected.get();
        if (looked != null && !now.map(CrlFacts::notifiers).equals(before.map(CrlFacts::notifiers))) {
            // Its signature was looked at without the certificate that made it.
            loadDetail(looked);
        }
    }

    private void came(Loaded<Board> state) {
        if (state.loading()) {
            return;
        }
        Board now = state.value();
        if (now != null && state.problem() == null) {
            mayAct.set(now.mayAct());
            merge(now);
            readDetailAgain();
        }
        onBoard.run();
        settle();
    }

    /** What could not be read when its row came: the row may never change again. */
    private void readDetailAgain() {
        Notice looked = selected.get();
        Loaded<NoticeDetail> state = detail.stateProperty().get();
        if (looked != null && state.problem() != null && !state.loading()) {
            loadDetail(looked);
        }
    }

    /** The first page is the verifier's; what is older stays as it was read. */
    private void merge(Board now) {
        Map<Long, Notice> all = new TreeMap<>(Comparator.reverseOrder());
        // Rows that the page does not reach are dropped: there may be others between.
        boolean joined = !rows.isEmpty()
                && !now.notices().isEmpty()
                && rows.getFirst().sequence() <= now.notices().getFirst().sequence()
                && rows.getFirst().sequence() >= now.notices().getLast().sequence();
        if (joined) {
            long oldest = now.notices().getLast().sequence();
            rows.stream().filter(row -> row.sequence() < oldest).forEach(row -> all.put(row.sequence(), row));
        }
        boolean kept = !all.isEmpty();
        now.notices().forEach(row -> all.put(row.sequence(), row));
        if (!kept) {
            next = now.next();
        }
        show(all);
    }

    private void olderCame(Loaded<Board.Older> state) {
        Board.Older page = state.value();
        if (state.loading() || page == null || state.problem() != null) {
            Problem why = state.problem();
            if (why != null) {
                problem.set(Optional.of(why));
            }
            return;
        }
        Map<Long, Notice> all = new TreeMap<>(Comparator.reverseOrder());
        rows.forEach(row -> all.put(row.sequence(), row));
        page.notices().forEach(row -> all.putIfAbsent(row.sequence(), row));
        // A page that leads to itself would go on for ever.
        next = page.next().isPresent() && next.isPresent() && page.next().getAsLong() < next.getAsLong()
                ? page.next()
                : OptionalLong.empty();
        show(all);
    }

    private void show(Map<Long, Notice> all) {
        List<Notice> list = new ArrayList<>(all.values());
        if (list.size() > MOST_ROWS) {
            list = list.subList(0, MOST_ROWS);
        }
        if (list.equals(rows)) {
            return;
        }
        Notice looked = selected.get();
        rows.setAll(list);
        Optional<Notice> same = looked == null
                ? Optional.empty()
                : list.stream()
                        .filter(row -> row.sequence() == looked.sequence())
                        .findFirst();
        selected.set(same.orElse(list.isEmpty() ? null : list.getFirst()));
    }

    /** Reads the page before the oldest row. */
    public void readOlder() {
        if (more() && !older.stateProperty().get().loading()) {
            long before = next.orElseThrow();
            older.load(cancellation -> service.older(before, cancellation));
        }
    }

    // --- acts ---

    @FunctionalInterface
    private interface Act {
        void run() throws ProblemException;
    }

    private void act(Act act) {
        if (busy.get() || !mayAct.get()) {
            return;
        }
        busy.set(true);
        problem.set(Optional.empty());
        work.execute(() -> {
            try {
                act.run();
                screen.execute(() -> ended(Optional.empty()));
            } catch (ProblemException e) {
                Problem why = e.problem();
                screen.execute(() -> ended(Optional.of(why)));
            }
        });
    }

    private void ended(Optional<Problem> why) {
        busy.set(false);
        problem.set(why);
        if (why.filter(said -> said.code().endsWith(".forbidden")).isPresent()) {
            mayAct.set(false);
        }
        refresh();
    }

    /** Sends what the brake holds. */
    public void release() {
        decide(true);
    }

    /** Never sends what the brake holds. */
    public void discard() {
        decide(false);
    }

    private void decide(boolean release) {
        decided.set(Optional.empty());
        String kind = release ? "brake.release" : "brake.discard";
        act(() -> {
            try {
                long notices = release ? service.release(new Cancellation()) : service.discard(new Cancellation());
                did(kind, List.of(), Outcome.DONE, Map.of("notices", Long.toString(notices)));
                screen.execute(() -> decided.set(Optional.of(new Decided(release, notices))));
            } catch (ProblemException e) {
                did(
                        kind,
                        List.of(),
                        Outcome.FAILED,
                        Map.of("problem", e.problem().code()));
                throw e;
            }
        });
    }

    /** Tries every way that is switched on, and a machine where one is named. */
    public void test(Optional<AgentId> machine) {
        List<Channel.Kind> ways = testable();
        tested.clear();
        act(() -> {
            List<Channel.Tested> results = new ArrayList<>();
            for (Channel.Kind way : ways) {
                results.add(test(way, Optional.empty()));
            }
            if (machine.isPresent()) {
                results.add(test(Channel.Kind.AGENT, machine));
            }
            long delivered = results.stream().filter(Channel.Tested::delivered).count();
            did(
                    "notifier.test",
                    machine.map(id -> List.of(id.value())).orElse(List.of()),
                    delivered == results.size() ? Outcome.DONE : delivered > 0 ? Outcome.PARTLY : Outcome.FAILED,
                    Map.of("delivered", delivered + "/" + results.size()));
            screen.execute(() -> tested.setAll(results));
        });
    }

    private Channel.Tested test(Channel.Kind way, Optional<AgentId> machine) throws ProblemException {
        try {
            return service.test(way, machine, new Cancellation());
        } catch (ProblemException e) {
            if (e.problem().code().endsWith(".forbidden")) {
                throw e;
            }
            return new Channel.Tested(way, false, "", e.problem());
        }
    }

    private void did(String kind, List<String> objects, Outcome outcome, Map<String, String> facts) {
        acts.did(new ActLog.Act(kind, objects, outcome, facts));
    }

    /** Forgets the results of a test. */
    public void forgetTest() {
        tested.clear();
        problem.set(Optional.empty());
    }

    @Override
    public void close() {
        closed = true;
        board.close();
        detail.close();
        older.close();
    }
}

package io.limelight.console.policies;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActLog.Outcome;
import io.limelight.console.policies.PolicyServer.Stored;
import io.limelight.console.policies.PolicyWindows.Window;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.LatestOnly;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.create.PolicyComparison;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.create.PolicySourceException;
import io.limelight.core.policy.edit.EditHistory;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.edit.EditedPolicy.Change;
import io.limelight.core.policy.edit.MeasuredNames;
import io.limelight.core.policy.edit.PathTable;
import io.limelight.core.policy.edit.PathTable.Child;
import io.limelight.core.policy.edit.PathTable.Some;
import io.limelight.core.policy.edit.PolicyConflict;
import io.limelight.core.policy.edit.PolicyProposal;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/**
 * A runtime policy that is looked at and changed. Steps are made at once; what takes time (reading, looking for paths, checks,
 * writing) is done off the screen, and of several such jobs only the latest is shown. Used on the screen's thread.
 */
public final class EditorViewModel implements AutoCloseable {
    /** More rows are counted and not shown. */
    public static final int MOST_ROWS = 5_000;

    private final Parts parts;
    private final LatestOnly<Found> looking;
    private final LatestOnly<Checks> checking;
    private final LatestOnly<Boolean> keeping;
    private final ReadOnlyObjectWrapper<@Nullable Opened> opened = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable EditedPolicy> policy = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<Found> found = new ReadOnlyObjectWrapper<>(Found.NONE);
    private final ReadOnlyObjectWrapper<Checks> checks = new ReadOnlyObjectWrapper<>(Checks.NONE);
    private final ReadOnlyObjectWrapper<@Nullable Problem> problem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Conflict> conflict = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final BooleanProperty canUndo = new SimpleBooleanProperty();
    private final BooleanProperty canRedo = new SimpleBooleanProperty();
    private final StringProperty filter = new SimpleStringProperty("");
    private final ObjectProperty<Show> show = new SimpleObjectProperty<>(Show.ALL);
    private final ReadOnlyObjectWrapper<List<AgentId>> measured = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<@Nullable String> notice = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Window> window = new ReadOnlyObjectWrapper<>();
    private final Loader<List<PolicyDifference>> comparing;
    private boolean shrinking;
    private @Nullable EditHistory history;
    private @Nullable PathTable table;
    private Cancellation running = new Cancellation();
    private MeasuredNames seen = MeasuredNames.NONE;

    /**
     * What it needs.
     *
     * @param server the verifier's policies
     * @param drafts those not sent yet
     * @param windows those that allow more for a while
     * @param shelf evidence that was fetched
     * @param acts hears what was done
     */
    public record Parts(
            PolicyServer server,
            PolicyDrafts drafts,
            PolicyWindows windows,
            EvidenceShelf shelf,
            ActLog acts,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {}

    /**
     * What is open.
     *
     * @param name of the policy
     * @param tpmPolicy what goes with it on the wire
     * @param fresh whether the verifier has none of this name
     * @param at when it was read from the verifier, or its draft was kept
     */
    public record Opened(String name, String tpmPolicy, boolean fresh, Instant at) {}

    /** Which paths are shown. */
    public enum Show {
        /** All, as a tree. */
        ALL,
        /** Those that stand otherwise than they were read. */
        CHANGED,
        /** Those no chosen machine measured. */
        UNSEEN;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Paths that were looked for.
     *
     * @param flat whether it is a list of what was found; otherwise everything is shown as a tree
     * @param paths in order, at most {@link #MOST_ROWS}
     * @param more further ones
     */
    public record Found(boolean flat, List<String> paths, int more) {
        static final Found NONE = new Found(false, List.of(), 0);

        /** Copies. */
        public Found {
            paths = List.copyOf(paths);
        }
    }

    /**
     * Somebody else stored the policy since it was opened.
     *
     * @param theirs as the verifier has it now
     * @param conflict what each changed
     */
    public record Conflict(EditedPolicy theirs, PolicyConflict conflict) {}

    /** Nothing open. */
    public EditorViewModel(Parts parts) {
        this.parts = parts;
        comparing = new Loader<>(parts.work(), parts.screen(), parts.clock());
        looking = new LatestOnly<>(parts.work(), parts.screen(), found::set);
        checking = new LatestOnly<>(parts.work(), parts.screen(), checks::set);
        keeping = new LatestOnly<>(parts.work(), parts.screen(), _ -> {});
        filter.addListener((_, _, _) -> look());
        show.addListener((_, _, _) -> look());
    }

    /** What is open; null: nothing. */
    public ReadOnlyObjectProperty<@Nullable Opened> openedProperty() {
        return opened.getReadOnlyProperty();
    }

    /** As it is now; null: nothing is open. */
    public ReadOnlyObjectProperty<@Nullable EditedPolicy> policyProperty() {
        return policy.getReadOnlyProperty();
    }

    /** Paths that match the filter. */
    public ReadOnlyObjectProperty<Found> foundProperty() {
        return found.getReadOnlyProperty();
    }

    /** What was found out about it. */
    public ReadOnlyObjectProperty<Checks> checksProperty() {
        return checks.getReadOnlyProperty();
    }

    /** Why the last thing that was asked for did not happen. */
    public ReadOnlyObjectProperty<@Nullable Problem> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Somebody else's change in the way of mine; null: none. */
    public ReadOnlyObjectProperty<@Nullable Conflict> conflictProperty() {
        return conflict.getReadOnlyProperty();
    }

    /** A sentence about what was just done; null: none. */
    public ReadOnlyObjectProperty<@Nullable String> noticeProperty() {
        return notice.getReadOnlyProperty();
    }

    /** The time in which it allows more; null: there is none. */
    public ReadOnlyObjectProperty<@Nullable Window> windowProperty() {
        return window.getReadOnlyProperty();
    }

    /** What makes another policy of this one, where that was asked for. */
    public ReadOnlyObjectProperty<Loaded<List<PolicyDifference>>> comparisonProperty() {
        return comparing.stateProperty();
    }

    /** Something is read or sent. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Whether there is a way back. */
    public ReadOnlyBooleanProperty canUndoProperty() {
        return canUndo;
    }

    /** Whether there is a way forth. */
    public ReadOnlyBooleanProperty canRedoProperty() {
        return canRedo;
    }

    /** A part of a path, or the beginning of a digest. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Which paths are shown. */
    public ObjectProperty<Show> showProperty() {
        return show;
    }

    /** Machines whose evidence the policy is compared with. */
    public ReadOnlyObjectProperty<List<AgentId>> measuredProperty() {
        return measured.getReadOnlyProperty();
    }

    /** Words, for views. */
    Words words() {
        return parts.words();
    }

    // --- opening ---

    private void begin() {
        running.cancel();
        running = new Cancellation();
        busy.set(true);
        problem.set(null);
        conflict.set(null);
        notice.set(null);
    }

    private interface Job {
        Runnable run(Cancellation cancellation) throws ProblemException;
    }

    /** Off the screen; what it returns is done on it, unless something else was begun meanwhile. */
    private void start(Job job) {
        begin();
        Cancellation mine = running;
        parts.work().execute(() -> {
            Runnable then;
            try {
                then = job.run(mine);
            } catch (ProblemException e) {
                then = () -> problem.set(e.problem());
            }
            Runnable end = then;
            parts.screen().execute(() -> {
                if (running == mine) {
                    busy.set(false);
                    end.run();
                }
            });
        });
    }

    /** Opens the draft of this name, or else what the verifier has. */
    public void open(String name) {
        open(name, Optional.empty());
    }

    private void open(String name, Optional<Collection<String>> failedRows) {
        close();
        start(cancellation -> {
            Optional<PolicyDrafts.Kept> draft = parts.drafts().find(name);
            Window until = parts.windows().find(name).orElse(null);
            if (draft.isPresent()) {
                PolicyDrafts.Kept kept = draft.get();
                Ready ready = ready(kept.policy());
                Opened as = new Opened(name, kept.tpmPolicy(), kept.fresh(), kept.changed());
                return () -> {
                    put(as, ready);
                    window.set(until);
                    failedRows.ifPresent(this::propose);
                };
            }
            Stored stored = parts.server().read(PolicyKind.RUNTIME, name, cancellation);
            Ready ready = ready(parse(name, stored.text()));
            Opened as =
                    new Opened(name, stored.tpmPolicy(), false, parts.clock().instant());
            return () -> {
                put(as, ready);
                window.set(until);
                failedRows.ifPresent(this::propose);
            };
        });
    }

    /** Opens what the verifier has, and on top of it the smallest change that would pass these rows of an IMA list. */
    public void openToPass(String name, Collection<String> rows) {
        open(name, Optional.of(List.copyOf(rows)));
    }

    private void propose(Collection<String> rows) {
        EditedPolicy now = policy.get();
        if (now == null) {
            return;
        }
        PolicyProposal proposal = PolicyProposal.of(rows, now.base());
        List<PolicyDifference> steps =
                proposal.changes().stream().filter(step -> !now.has(step)).toList();
        if (steps.isEmpty()) {
            notice.set(
                    proposal.unsolved().isEmpty()
                            ? parts.words().of("policies.proposal.nothing")
                            : parts.words()
                                    .of(
                                            "policies.proposal.unsolved",
                                            Bits.printable(proposal.unsolved().getFirst())));
            return;
        }
        step(steps);
        show.set(Show.CHANGED);
        notice.set(parts.words().of("policies.proposal.made", steps.size()));
    }

    /** Begins with a policy that was made here. */
    public void create(String name, EditedPolicy made) {
        close();
        start(_ -> {
            Ready ready = ready(made);
            Opened as = new Opened(name, "", true, parts.clock().instant());
            return () -> {
                put(as, ready);
                keep();
                parts.work().execute(() -> did("policy.create", List.of(name), Outcome.DONE, Map.of()));
            };
        });
    }

    /** Begins with a copy of a text, of a file for example. */
    public void create(String name, String text) {
        close();
        start(_ -> {
            EditedPolicy made = parse(name, text);
            Ready ready = ready(made);
            Opened as = new Opened(name, "", true, parts.clock().instant());
            return () -> {
                put(as, ready);
                keep();
                parts.work().execute(() -> did("policy.create", List.of(name), Outcome.DONE, Map.of()));
            };
        });
    }

    private record Ready(EditedPolicy policy, PathTable table) {}

    private static Ready ready(EditedPolicy policy) {
        return new Ready(policy, PathTable.of(policy.base().digests()).with(policy.changed(Member.DIGESTS)));
    }

    private EditedPolicy parse(String name, String text) throws ProblemException {
        try {
            return EditedPolicy.of(bare(text).getBytes(StandardCharsets.UTF_8));
        } catch (RuntimePolicyException e) {
            throw Problems.thrown(parts.words(), "policies.unreadable", e, name);
        }
    }

    /** Of an envelope what is signed in it; whose signature that is, is shown elsewhere. */
    private String bare(String text) {
        return Signatures.payload(text);
    }

    private void put(Opened as, Ready ready) {
        history = new EditHistory(ready.policy());
        table = ready.table();
        opened.set(as);
        policy.set(ready.policy());
        drawHistory();
        look();
        check();
    }

    // --- looking ---

    /** What is directly below a folder; an empty text for the top. */
    public Some<Child> children(String folder) {
        PathTable now = table;
        return now == null ? new Some<>(List.of(), 0) : now.children(folder, MOST_ROWS);
    }

    private void look() {
        PathTable where = table;
        EditedPolicy now = policy.get();
        String wanted = filter.get().strip();
        Show which = show.get();
        if (where == null || now == null || (wanted.isEmpty() && which == Show.ALL)) {
            looking.ask(() -> Found.NONE);
            return;
        }
        MeasuredNames names = seen;
        Predicate<String> only = switch (which) {
            case ALL -> _ -> true;
            case CHANGED -> path -> now.change(Member.DIGESTS, path) != Change.SAME;
            case UNSEEN ->
                path -> !names.has(path) && !now.digests(Member.DIGESTS, path).isEmpty();
        };
        looking.ask(() -> {
            Some<String> some = where.find(wanted, only, MOST_ROWS);
            return new Found(true, some.list(), some.more());
        });
    }

    private void check() {
        EditedPolicy now = policy.get();
        if (now == null) {
            return;
        }
        MeasuredNames names = seen;
        Cancellation cancellation = running;
        LocalDateTime when = LocalDateTime.now(ZoneId.systemDefault());
        checks.set(checks.get().begun());
        checking.ask(() -> Checks.of(now, names, when, cancellation));
    }

    /** Compares with what these machines measured; their evidence is fetched. */
    public void compareWith(List<AgentId> machines) {
        List<AgentId> some = machines.subList(0, Math.min(EvidenceShelf.MOST, machines.size()));
        start(cancellation -> {
            try {
                parts.shelf().fetch(some, _ -> {}, cancellation);
            } catch (io.limelight.core.task.CancelledException e) {
                return () -> {};
            }
            MeasuredNames names = parts.shelf().names(some);
            return () -> {
                seen = names;
                measured.set(List.copyOf(some));
                check();
                look();
            };
        });
    }

    /** Whether the policy was compared with evidence. */
    public boolean compared() {
        return !measured.get().isEmpty();
    }

    // --- changing ---

    /** Makes a step of those that are not so already. */
    public void step(List<PolicyDifference> steps) {
        EditHistory known = history;
        if (known == null) {
            return;
        }
        List<PolicyDifference> real =
                steps.stream().filter(step -> !known.now().has(step)).toList();
        if (!real.isEmpty()) {
            known.step(known.now().with(real));
            changed();
        }
    }

    /** Takes a path out, with all its digests. */
    public void removePath(String path) {
        EditedPolicy now = policy.get();
        if (now != null) {
            step(now.digests(Member.DIGESTS, path).stream()
                    .map(digest -> new PolicyDifference(false, Member.DIGESTS, path, digest))
                    .toList());
        }
    }

    /** Puts a path back as it was read. */
    public void restorePath(String path) {
        EditedPolicy now = policy.get();
        if (now == null) {
            return;
        }
        List<PolicyDifference> steps = new ArrayList<>();
        now.digests(Member.DIGESTS, path)
                .forEach(digest -> steps.add(new PolicyDifference(false, Member.DIGESTS, path, digest)));
        now.before(Member.DIGESTS, path)
                .forEach(digest -> steps.add(PolicyDifference.toAdd(Member.DIGESTS, path, digest)));
        EditHistory known = history;
        if (known != null) {
            known.step(now.with(steps));
            changed();
        }
    }

    /** Why a path and digest cannot be added; empty where they can. */
    public Optional<String> refusal(String path, String digest) {
        if (path.isBlank()) {
            return Optional.of("policies.add.no-path");
        }
        if (path.indexOf(' ') >= 0 || path.indexOf('\n') >= 0) {
            return Optional.of("policies.add.blank");
        }
        return digest.matches("[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}")
                ? Optional.empty()
                : Optional.of("policies.add.no-digest");
    }

    /** One step back. */
    public void undo() {
        if (history != null && history.canUndo()) {
            history.undo();
            changed();
        }
    }

    /** One step forth. */
    public void redo() {
        if (history != null && history.canRedo()) {
            history.redo();
            changed();
        }
    }

    private void changed() {
        EditHistory known = history;
        PathTable where = table;
        if (known == null || where == null) {
            return;
        }
        EditedPolicy now = known.now();
        notice.set(null);
        table = where.with(now.changed(Member.DIGESTS));
        policy.set(now);
        drawHistory();
        look();
        check();
        keep();
    }

    private void drawHistory() {
        canUndo.set(history != null && history.canUndo());
        canRedo.set(history != null && history.canRedo());
    }

    private void keep() {
        Opened as = opened.get();
        EditedPolicy now = policy.get();
        if (as == null || now == null) {
            return;
        }
        keeping.ask(() -> {
            try {
                if (now.isChanged() || as.fresh()) {
                    parts.drafts().keep(as.name(), now, as.tpmPolicy(), as.fresh());
                } else {
                    parts.drafts().forget(as.name());
                }
                return true;
            } catch (ProblemException e) {
                parts.screen().execute(() -> problem.set(e.problem()));
                return false;
            }
        });
    }

    /** Forgets what was changed, and opens what the verifier has. */
    public void discard() {
        Opened as = opened.get();
        if (as == null) {
            return;
        }
        String name = as.name();
        close();
        start(_ -> {
            parts.drafts().forget(name);
            return as.fresh() ? () -> {} : () -> open(name);
        });
    }

    // --- another one ---

    private EditedPolicy other(String name, Cancellation cancellation) throws ProblemException {
        Optional<PolicyDrafts.Kept> draft = parts.drafts().find(name);
        return draft.isPresent()
                ? draft.get().policy()
                : parse(
                        name,
                        parts.server()
                                .read(PolicyKind.RUNTIME, name, cancellation)
                                .text());
    }

    /** Says what makes another policy, of the verifier or a draft, of this one. */
    public void compareTo(String name) {
        EditedPolicy now = policy.get();
        if (now != null) {
            comparing.clear();
            comparing.load(cancellation -> PolicyComparison.differences(
                    now.draft(), other(name, cancellation).draft()));
        }
    }

    /** Forgets a comparison. */
    public void compareToNothing() {
        comparing.clear();
    }

    /**
     * Allows what another policy allows as well, for a while: in the draft, which is sent as any other.
     *
     * @param after the policy whose contents it shall have in the end
     * @param until the last day
     */
    public void openWindow(String after, LocalDate until) {
        Opened as = opened.get();
        EditedPolicy now = policy.get();
        if (as == null || now == null) {
            return;
        }
        start(cancellation -> {
            List<PolicyDifference> steps =
                    PolicyComparison.differences(
                                    now.draft(), other(after, cancellation).draft())
                            .stream()
                            .filter(step -> step.added() && step.member() != Member.LOG_HASH)
                            .toList();
            Window made = new Window(as.name(), until, after);
            parts.windows().keep(made);
            return () -> {
                step(steps);
                window.set(made);
                notice.set(parts.words().of("policies.window.opened", steps.size()));
            };
        });
    }

    /** Ends an update window: the draft becomes what the policy shall be in the end. Nothing is sent. */
    public void shrink() {
        Window known = window.get();
        EditedPolicy now = policy.get();
        if (known == null || now == null) {
            return;
        }
        start(cancellation -> {
            List<PolicyDifference> steps = PolicyComparison.differences(
                    now.draft(), other(known.after(), cancellation).draft());
            return () -> {
                step(steps);
                shrinking = true;
                show.set(Show.CHANGED);
                notice.set(parts.words().of("policies.window.shrunk", steps.size()));
            };
        });
    }

    /** Writes it to a file, as it would be sent. */
    public void export(Path file) {
        Opened as = opened.get();
        EditedPolicy now = policy.get();
        if (as == null || now == null) {
            return;
        }
        start(_ -> {
            try {
                Files.writeString(file, written(as.name(), now));
            } catch (IOException e) {
                throw Problems.thrown(parts.words(), "policies.file", e, file.toString());
            }
            return () -> notice.set(parts.words().of("policies.exported", file.toString()));
        });
    }

    // --- sending ---

    /** As it would be sent. */
    public String text() throws PolicySourceException {
        EditedPolicy now = policy.get();
        return now == null ? "" : now.text(LocalDateTime.now(ZoneId.systemDefault()));
    }

    /**
     * Sends it, if the verifier's is still the one that was opened; otherwise there is a conflict, and nothing is sent.
     *
     * @param signer signs it; null: it is sent as it is
     * @param done run on the screen's thread when it is stored
     */
    public void save(@Nullable PolicySigner signer, Runnable done) {
        Opened as = opened.get();
        EditedPolicy mine = policy.get();
        if (as == null || mine == null) {
            return;
        }
        boolean shrinks = shrinking;
        start(cancellation -> {
            if (!as.fresh()) {
                Stored there = parts.server().read(PolicyKind.RUNTIME, as.name(), cancellation);
                EditedPolicy theirs = parse(as.name(), there.text());
                if (!theirs.base().checksum().equals(mine.base().checksum())) {
                    PolicyConflict both = PolicyConflict.of(mine, theirs);
                    if (!both.theirs().isEmpty()) {
                        return () -> conflict.set(new Conflict(theirs, both));
                    }
                }
            }
            String text = written(as.name(), mine);
            Stored sent = signer == null
                    ? new Stored(text, as.tpmPolicy(), Optional.empty())
                    : new Stored(
                            signer.sign(text.getBytes(StandardCharsets.UTF_8)).json(),
                            as.tpmPolicy(),
                            Optional.of(signer.publicKey()));
            Map<String, String> facts = Map.of(
                    "changes",
                    Integer.toString(mine.changes().size()),
                    "signed",
                    signer == null ? "no" : signer.publicKey().keyId());
            try {
                parts.server().store(PolicyKind.RUNTIME, as.name(), sent, as.fresh(), cancellation);
            } catch (ProblemException e) {
                did("policy.save", List.of(as.name()), Outcome.FAILED, facts);
                throw e;
            }
            did("policy.save", List.of(as.name()), Outcome.DONE, facts);
            if (signer != null) {
                did(
                        "policy.sign",
                        List.of(as.name()),
                        Outcome.DONE,
                        Map.of("key", signer.publicKey().keyId()));
            }
            parts.drafts().forget(as.name());
            if (shrinks) {
                parts.windows().forget(as.name());
            }
            Ready now = ready(parse(as.name(), text));
            Opened after =
                    new Opened(as.name(), as.tpmPolicy(), false, parts.clock().instant());
            return () -> {
                put(after, now);
                if (shrinks) {
                    window.set(null);
                    shrinking = false;
                }
                show.set(Show.ALL);
                notice.set(parts.words().of("policies.saved", as.name()));
                done.run();
            };
        });
    }

    private String written(String name, EditedPolicy mine) throws ProblemException {
        try {
            return mine.text(LocalDateTime.now(ZoneId.systemDefault()));
        } catch (PolicySourceException e) {
            throw Problems.thrown(parts.words(), "policies.unwritable", e, name);
        }
    }

    /** Ways out of a conflict. */
    public enum Way {
        /** Theirs with my changes on top. */
        MINE_ON_TOP,
        /** Theirs; my changes are gone. */
        THEIRS_ONLY,
        /** What either allows. */
        UNION;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** Goes on from a conflict; nothing is sent. */
    public void resolve(Way way) {
        Conflict both = conflict.get();
        Opened as = opened.get();
        EditedPolicy mine = policy.get();
        if (both == null || as == null || mine == null) {
            return;
        }
        start(_ -> {
            EditedPolicy next = switch (way) {
                case MINE_ON_TOP -> PolicyConflict.mineOnTop(mine, both.theirs());
                case THEIRS_ONLY -> both.theirs();
                case UNION -> PolicyConflict.union(mine, both.theirs());
            };
            Ready ready = ready(next);
            Opened after =
                    new Opened(as.name(), as.tpmPolicy(), false, parts.clock().instant());
            return () -> {
                put(after, ready);
                keep();
                notice.set(parts.words().of("policies.conflict.resolved." + way.key()));
            };
        });
    }

    /** Keeps on editing as if nothing had happened; the conflict comes back with the next try to send. */
    public void leaveConflict() {
        conflict.set(null);
    }

    /** Deletes it at the verifier, and its draft. */
    public void delete(PolicyKind kind, String name, Runnable done) {
        start(cancellation -> {
            try {
                parts.server().delete(kind, name, cancellation);
            } catch (ProblemException e) {
                did("policy.delete", List.of(name), Outcome.FAILED, Map.of("kind", kind.noun()));
                throw e;
            }
            did("policy.delete", List.of(name), Outcome.DONE, Map.of("kind", kind.noun()));
            parts.drafts().forget(name);
            if (kind == PolicyKind.RUNTIME) {
                parts.windows().forget(name);
            }
            return done;
        });
    }

    private void did(String kind, List<String> objects, Outcome outcome, Map<String, String> facts) {
        parts.acts().did(new ActLog.Act(kind, objects, outcome, facts));
    }

    /** Nothing is open any more. */
    @Override
    public void close() {
        running.cancel();
        running = new Cancellation();
        history = null;
        shrinking = false;
        window.set(null);
        comparing.clear();
        table = null;
        seen = MeasuredNames.NONE;
        measured.set(List.of());
        busy.set(false);
        opened.set(null);
        policy.set(null);
        checks.set(Checks.NONE);
        found.set(Found.NONE);
        problem.set(null);
        conflict.set(null);
        notice.set(null);
        filter.set("");
        show.set(Show.ALL);
        drawHistory();
    }
}

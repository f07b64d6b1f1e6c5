package io.limelight.console.payloads;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.SecureSize;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.payload.ActionLint;
import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.ActionListForm;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.PackageTree;
import io.limelight.core.payload.PackageTreeReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.ReadyAction;
import io.limelight.core.payload.ScriptFinding;
import io.limelight.core.payload.ScriptLint;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * A payload that is being put together: every change makes a new {@link PayloadDraft}, which is kept, can be undone, and is looked at
 * off the screen's thread: its tree, its script, its actions. Used on the screen's thread.
 */
public final class BuilderViewModel {
    private static final int STEPS = 200;
    private static final Duration ONE_BURST = Duration.ofSeconds(2);
    /** As long as any machine's id. */
    static final String SAMPLE_MACHINE = "00000000-0000-0000-0000-000000000000";

    private final PayloadShelf shelf;
    private final PayloadFiles files;
    private final PackageTreeReader reader;
    private final InstantSource clock;
    private final Executor work;
    private final Executor screen;
    private final CaName machine;

    private final ReadOnlyObjectWrapper<PayloadDraft> draft = new ReadOnlyObjectWrapper<>(PayloadDraft.empty(""));
    private final ReadOnlyObjectWrapper<Seen> seen = new ReadOnlyObjectWrapper<>(Seen.NOTHING);
    private final ReadOnlyObjectWrapper<Keeping> keeping = new ReadOnlyObjectWrapper<>(new Keeping.Nothing());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<String>> beneath = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<PayloadLimits> limits = new ReadOnlyObjectWrapper<>(PayloadLimits.USUAL);
    private final ReadOnlyBooleanWrapper undoable = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper redoable = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper saved = new ReadOnlyBooleanWrapper();
    private final Deque<PayloadDraft> past = new ArrayDeque<>();
    private final Deque<PayloadDraft> future = new ArrayDeque<>();
    private final Latest<PayloadDraft> looking;
    private final Latest<PayloadShelf.Kept> storing;

    private String lastChange = "";
    private Instant lastChanged = Instant.EPOCH;
    private PayloadShelf.Kept kept = PayloadShelf.fresh(PayloadDraft.empty(""));
    private PayloadDraft atPlace = PayloadDraft.empty("");
    private Optional<PayloadFiles.Look> look = Optional.empty();
    private boolean checking;

    /**
     * What a draft looks like.
     *
     * @param of which draft
     * @param tree what it becomes
     * @param script what there is to know about its script
     * @param actions what there is to know about its actions
     * @param list its list of actions as it is written
     */
    public record Seen(
            PayloadDraft of,
            PackageTree tree,
            List<ScriptFinding> script,
            List<ScriptFinding> actions,
            ActionListForm list) {
        static final Seen NOTHING = new Seen(
                PayloadDraft.empty(""),
                new PackageTree(List.of(), 0, 0, List.of()),
                List.of(),
                List.of(),
                new ActionListForm("", ActionListForm.Form.LINES, List.of()));

        /** Copies. */
        public Seen {
            script = List.copyOf(script);
            actions = List.copyOf(actions);
        }

        /** How many findings are so bad. */
        public long count(ScriptFinding.Severity severity) {
            return script.stream().filter(each -> each.severity() == severity).count();
        }
    }

    /** Whether the draft would survive a crash. */
    public sealed interface Keeping {
        /** Nothing was changed yet. */
        record Nothing() implements Keeping {}

        /** It is stored. */
        record Kept(Instant when) implements Keeping {}

        /** It could not be. */
        record Failed(Problem why) implements Keeping {}
    }

    /** Parts, wired. */
    public BuilderViewModel(
            PayloadShelf shelf,
            PayloadFiles files,
            PackageTreeReader reader,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.shelf = shelf;
        this.files = files;
        this.reader = reader;
        this.clock = clock;
        this.work = work;
        this.screen = screen;
        this.looking = new Latest<>(work, this::lookAt);
        this.storing = new Latest<>(work, this::store);
        try {
            this.machine = CaName.fresh(SAMPLE_MACHINE);
        } catch (CaException e) {
            throw new IllegalStateException("a good name", e);
        }
    }

    // --- what there is ---

    /** The draft. */
    public ReadOnlyObjectProperty<PayloadDraft> draftProperty() {
        return draft.getReadOnlyProperty();
    }

    /** What it looks like; of the latest draft that was looked at. */
    public ReadOnlyObjectProperty<Seen> seenProperty() {
        return seen.getReadOnlyProperty();
    }

    /** Whether it would survive a crash. */
    public ReadOnlyObjectProperty<Keeping> keepingProperty() {
        return keeping.getReadOnlyProperty();
    }

    /** What went wrong last. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Names of files that changed in the draft's folder since it was read or written; the folder's own name if it is gone. */
    public ReadOnlyObjectProperty<List<String>> beneathProperty() {
        return beneath.getReadOnlyProperty();
    }

    /** What it must fit into. */
    public ReadOnlyObjectProperty<PayloadLimits> limitsProperty() {
        return limits.getReadOnlyProperty();
    }

    /** Whether there is a step to take back. */
    public ReadOnlyBooleanProperty undoableProperty() {
        return undoable.getReadOnlyProperty();
    }

    /** Whether there is a step to take again. */
    public ReadOnlyBooleanProperty redoableProperty() {
        return redoable.getReadOnlyProperty();
    }

    /** Whether its folder holds just this draft. */
    public ReadOnlyBooleanProperty savedProperty() {
        return saved.getReadOnlyProperty();
    }

    /** What can be sent: where it is saved as it is, and nothing speaks against it; empty else. */
    public Optional<SavedPayload> sendable() {
        PayloadDraft now = draft.get();
        boolean sound = seen.get().of().equals(now) && seen.get().tree().sound();
        return now.place()
                .filter(place -> sound && (saved.get() || !now.folder()))
                .map(place -> new SavedPayload(now.name(), place, now.mode()));
    }

    /** Names of files that saving takes out of the folder. */
    public List<String> removals() {
        PayloadDraft now = draft.get();
        if (now.place().isEmpty() || !now.place().equals(atPlace.place())) {
            return List.of();
        }
        Set<String> stay = now.parts().stream().map(Part::name).collect(Collectors.toSet());
        return atPlace.parts().stream()
                .map(Part::name)
                .filter(name -> !stay.contains(name))
                .sorted()
                .toList();
    }

    // --- beginning ---

    /** Shows one that is kept. Its folder, where it has one, is looked at for what changed meanwhile. */
    public void show(PayloadShelf.Kept one) {
        begin(one);
        if (one.draft().folder() && one.draft().place().isPresent()) {
            Path folder = one.draft().place().get();
            work.execute(() -> {
                Optional<PayloadFiles.Opened> opened = Optional.empty();
                try {
                    opened = Optional.of(files.open(folder, one.draft().mode()));
                } catch (ProblemException e) {
                    screen.execute(() -> beneath.set(List.of(folder.toString())));
                }
                opened.ifPresent(read -> screen.execute(() -> {
                    atPlace = read.draft();
                    look = Optional.of(read.look());
                    drawSaved();
                }));
            });
        }
    }

    /** Begins anew from something. */
    public void create(PayloadDraft from) {
        begin(PayloadShelf.fresh(from));
        keep();
    }

    /** Reads a folder, or takes a file. */
    public void open(Path place, PayloadMode mode) {
        if (mode == PayloadMode.SINGLE_FILE || mode == PayloadMode.KEY_ONLY) {
            create(PayloadDraft.empty(String.valueOf(place.getFileName()))
                    .in(mode)
                    .at(Optional.of(place)));
            return;
        }
        work.execute(() -> {
            try {
                PayloadFiles.Opened opened = files.open(place, mode);
                screen.execute(() -> {
                    create(opened.draft());
                    atPlace = opened.draft();
                    look = Optional.of(opened.look());
                    drawSaved();
                });
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }

    private void begin(PayloadShelf.Kept one) {
        kept = one;
        past.clear();
        future.clear();
        lastChange = "";
        atPlace = PayloadDraft.empty("");
        look = Optional.empty();
        beneath.set(List.of());
        problem.set(Optional.empty());
        keeping.set(one.revision() == 0 ? new Keeping.Nothing() : new Keeping.Kept(one.changed()));
        draft.set(one.draft());
        drawSteps();
        drawSaved();
        looking.submit(one.draft());
    }

    // --- changing ---

    /** Says how large it may be. */
    public void limit(PayloadLimits next) {
        limits.set(next);
        looking.submit(draft.get());
    }

    private void change(String what, PayloadDraft next) {
        PayloadDraft before = draft.get();
        if (next.equals(before)) {
            return;
        }
        Instant now = clock.instant();
        boolean burst = !what.isEmpty()
                && what.equals(lastChange)
                && Duration.between(lastChanged, now).compareTo(ONE_BURST) < 0;
        if (!burst) {
            past.push(before);
            if (past.size() > STEPS) {
                past.removeLast();
            }
        }
        lastChange = what;
        lastChanged = now;
        future.clear();
        set(next);
    }

    private void set(PayloadDraft next) {
        draft.set(next);
        problem.set(Optional.empty());
        drawSteps();
        drawSaved();
        looking.submit(next);
        keep();
    }

    private void keep() {
        storing.submit(new PayloadShelf.Kept(kept.id(), kept.revision(), draft.get(), kept.favourite(), Instant.EPOCH));
    }

    /** Takes the last change back. */
    public void undo() {
        if (!past.isEmpty()) {
            future.push(draft.get());
            lastChange = "";
            set(placed(past.pop()));
        }
    }

    /** Does it again. */
    public void redo() {
        if (!future.isEmpty()) {
            past.push(draft.get());
            lastChange = "";
            set(placed(future.pop()));
        }
    }

    /** Where a folder was saved meanwhile is no change that is taken back. */
    private PayloadDraft placed(PayloadDraft step) {
        PayloadDraft now = draft.get();
        return step.folder() && now.folder() ? step.at(now.place()) : step;
    }

    private void drawSteps() {
        undoable.set(!past.isEmpty());
        redoable.set(!future.isEmpty());
    }

    private void drawSaved() {
        PayloadDraft now = draft.get();
        saved.set(now.place().isPresent()
                && now.place().equals(atPlace.place())
                && content(now).equals(content(atPlace)));
    }

    /** What is in it, files of its own folder by their names alone. */
    private static Map<String, Object> content(PayloadDraft of) {
        Map<String, Object> all = new TreeMap<>();
        for (Part part : of.parts()) {
            all.put(
                    part.name(),
                    part.content() instanceof Content.OfFile(Path file)
                                    && of.place().isPresent()
                                    && file.equals(of.place().get().resolve(part.name()))
                            ? ""
                            : part.content());
        }
        return all;
    }

    /** What people call it. */
    public void rename(String name) {
        if (!name.isBlank()) {
            change("name", draft.get().named(name.strip()));
        }
    }

    /** How it travels. */
    public void travel(PayloadMode mode) {
        PayloadDraft now = draft.get();
        boolean other = now.folder() != now.in(mode).folder();
        change("", other ? now.in(mode).at(Optional.empty()) : now.in(mode));
    }

    /** The one file of a payload that is no folder. */
    public void takeFile(Path file) {
        change("", draft.get().at(Optional.of(file)));
    }

    /** Text of the script; an empty one is none. */
    public void write(String text) {
        change("script", draft.get().scripted(text.isEmpty() ? Optional.empty() : Optional.of(text)));
    }

    /** Line ends as a shell reads them. */
    public void useLineFeeds() {
        draft.get()
                .script()
                .ifPresent(text -> change(
                        "",
                        draft.get()
                                .scripted(Optional.of(text.replace("\r\n", "\n").replace("\ufeff", "")))));
    }

    /** Adds files and folders from this computer. */
    public void add(Collection<Path> dropped) {
        List<Path> paths = List.copyOf(dropped);
        work.execute(() -> {
            List<Part> parts = files.parts(paths);
            screen.execute(() -> addParts(parts));
        });
    }

    /** Adds files that were picked; one of the same name is replaced. */
    public void addParts(List<Part> parts) {
        PayloadDraft now = draft.get();
        Map<String, Part> all = new TreeMap<>();
        now.files().forEach(part -> all.put(part.name(), part));
        PayloadDraft next = now;
        for (Part part : parts) {
            if (part.name().equals(ScriptLint.FILE) && part.content() instanceof Content.OfText(String text)) {
                next = next.scripted(Optional.of(text));
            } else {
                all.put(part.name(), part);
            }
        }
        change("", next.with(List.copyOf(all.values())));
    }

    /** Takes files out, or all of a folder; nothing on the disk changes. */
    public void remove(Collection<String> names) {
        PayloadDraft now = draft.get();
        List<Part> stay = now.files().stream()
                .filter(part -> names.stream()
                        .noneMatch(
                                name -> part.name().equals(name) || part.name().startsWith(name + "/")))
                .toList();
        List<String> actions = now.actions();
        PayloadDraft next = now.with(stay);
        if (names.contains(ScriptLint.FILE)) {
            next = next.scripted(Optional.empty());
        }
        if (names.contains(ActionList.FILE)) {
            actions = List.of();
        }
        change("", next.acting(actions));
    }

    /** Calls a file otherwise; actions follow it. */
    public void renameFile(String from, String to) {
        String name = to.strip();
        PayloadDraft now = draft.get();
        if (name.isEmpty() || name.equals(from)) {
            return;
        }
        List<Part> next = now.files().stream()
                .map(part -> part.name().equals(from)
                        ? new Part(name, part.content())
                        : part.name().startsWith(from + "/")
                                ? new Part(name + part.name().substring(from.length()), part.content())
                                : part)
                .toList();
        List<String> actions = now.actions().stream()
                .map(each -> each.equals(from) ? name : each)
                .toList();
        change("", now.with(next).acting(actions));
    }

    /** Puts files of folders beside the others, which is what agents of Keylime unpack. */
    public void flatten() {
        Map<String, Part> flat = new TreeMap<>();
        List<Part> clashing = new ArrayList<>();
        for (Part part : draft.get().files()) {
            String name = part.name().substring(part.name().lastIndexOf('/') + 1);
            if (flat.putIfAbsent(name, new Part(name, part.content())) != null) {
                clashing.add(part);
            }
        }
        List<Part> all = new ArrayList<>(flat.values());
        all.addAll(clashing);
        change("", draft.get().with(all));
    }

    // --- actions ---

    /** Adds one of the project's, with its file. */
    public void addReady(ReadyAction ready) {
        PayloadDraft now = draft.get();
        List<Part> all = new ArrayList<>(now.files());
        if (all.stream().noneMatch(part -> part.name().equals(ready.fileName()))) {
            all.add(new Part(ready.fileName(), new Content.OfText(ready.text())));
        }
        List<String> actions = new ArrayList<>(now.actions());
        actions.add(ready.fileName());
        change("", now.with(all).acting(actions));
    }

    /** Lists a file as an action, at the end. */
    public void addAction(String name) {
        List<String> actions = new ArrayList<>(draft.get().actions());
        actions.add(name);
        change("", draft.get().acting(actions));
    }

    /** Takes an action out of the list; its file stays. */
    public void removeAction(int place) {
        List<String> actions = new ArrayList<>(draft.get().actions());
        actions.remove(place);
        change("", draft.get().acting(actions));
    }

    /** Puts it somewhere else in the list. */
    public void moveAction(int from, int to) {
        List<String> actions = new ArrayList<>(draft.get().actions());
        if (from < 0 || from >= actions.size() || to < 0 || to >= actions.size() || from == to) {
            return;
        }
        actions.add(to, actions.remove(from));
        change("", draft.get().acting(actions));
    }

    /** Who will read the list; nobody is not accepted. */
    public void readBy(ActionReader reader, boolean reads) {
        Set<ActionReader> readers = new HashSet<>(draft.get().readers());
        if (reads) {
            readers.add(reader);
        } else {
            readers.remove(reader);
        }
        if (!readers.isEmpty()) {
            change("", draft.get().readBy(readers));
        }
    }

    /** Files that could be actions and are not listed. */
    public List<String> candidates() {
        PayloadDraft now = draft.get();
        return now.files().stream()
                .map(Part::name)
                .filter(name -> !name.contains("/") && !now.actions().contains(name))
                .filter(name -> name.endsWith(".py") || name.endsWith(".sh") || name.startsWith(ActionList.PREFIX))
                .toList();
    }

    /** Adds what {@link ActionListForm#copies} says a mixed fleet needs. */
    public void addCopies() {
        PayloadDraft now = draft.get();
        Map<String, Part> all = new TreeMap<>();
        now.files().forEach(part -> all.put(part.name(), part));
        for (String copy : ActionListForm.copies(now.actions(), now.readers())) {
            Part module = all.get(copy + ".py");
            if (module != null) {
                all.putIfAbsent(copy, new Part(copy, module.content()));
            }
        }
        change("", now.with(List.copyOf(all.values())));
    }

    // --- places ---

    /** Writes it into a folder, which then is its place. */
    public void save(Path folder) {
        PayloadDraft now = draft.get();
        List<String> removals = now.place().filter(folder::equals).isPresent() ? removals() : List.of();
        work.execute(() -> {
            try {
                PayloadFiles.Saved written = files.save(now, folder, removals);
                screen.execute(() -> written(now, written));
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }

    private void written(PayloadDraft was, PayloadFiles.Saved written) {
        atPlace = written.draft();
        look = Optional.of(written.look());
        beneath.set(List.of());
        if (draft.get().equals(was)) {
            // Where its files are now is no change of the person's.
            set(written.draft());
        } else {
            drawSaved();
        }
    }

    /** Keeps it as something to begin from. */
    public void saveAsTemplate() {
        PayloadDraft now = draft.get();
        work.execute(() -> {
            try {
                shelf.keepTemplate(now);
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }

    /** Looks whether its folder changed beneath it. */
    public void check() {
        PayloadDraft now = draft.get();
        if (checking || look.isEmpty() || now.place().isEmpty() || !now.place().equals(atPlace.place())) {
            return;
        }
        checking = true;
        Path folder = now.place().get();
        PayloadFiles.Look before = look.get();
        work.execute(() -> {
            boolean there = Files.isDirectory(folder);
            List<String> changed = there ? before.differences(files.look(folder)) : List.of(folder.toString());
            screen.execute(() -> {
                checking = false;
                if (look.filter(before::equals).isPresent() && !changed.equals(beneath.get())) {
                    beneath.set(changed);
                    looking.submit(draft.get());
                }
            });
        });
    }

    /** Takes what lies in the folder now in the place of the draft; can be undone. */
    public void readAgain() {
        draft.get()
                .place()
                .ifPresent(folder -> work.execute(() -> {
                    try {
                        PayloadFiles.Opened opened =
                                files.open(folder, draft.get().mode());
                        screen.execute(() -> {
                            atPlace = opened.draft();
                            look = Optional.of(opened.look());
                            beneath.set(List.of());
                            change(
                                    "",
                                    opened.draft()
                                            .named(draft.get().name())
                                            .readBy(draft.get().readers()));
                            drawSaved();
                        });
                    } catch (ProblemException e) {
                        screen.execute(() -> problem.set(Optional.of(e.problem())));
                    }
                }));
    }

    /** Goes on with the draft as it is; the next save writes over the folder. */
    public void keepMine() {
        work.execute(() -> {
            Optional<Path> folder = draft.get().place();
            Optional<PayloadFiles.Look> now = folder.filter(Files::isDirectory).map(files::look);
            screen.execute(() -> {
                look = now;
                beneath.set(List.of());
                atPlace = PayloadDraft.empty("").at(folder);
                drawSaved();
            });
        });
    }

    // --- off the screen's thread ---

    private void lookAt(PayloadDraft now) {
        PackageTreeReader fitting = reader.withLimit(limits.get().plaintext());
        PackageTree tree;
        try {
            tree = now.folder()
                    ? fitting.parts(
                            now.mode() == PayloadMode.CERTIFICATE_PACKAGE ? Optional.of(machine) : Optional.empty(),
                            now.parts(),
                            0,
                            new Cancellation())
                    : now.place().isPresent()
                            ? fitting.file(now.place().get(), new Cancellation())
                            : new PackageTree(List.of(), 0, 0, List.of());
        } catch (CancelledException e) {
            throw new IllegalStateException("nobody cancels this", e);
        }
        Set<String> names = tree.entries().stream().map(PackageTree.Entry::name).collect(Collectors.toSet());
        List<ScriptFinding> script = !now.folder()
                ? List.of()
                : now.script()
                        .map(text -> text.getBytes(StandardCharsets.UTF_8))
                        .or(() -> content(now, ScriptLint.FILE))
                        .map(bytes -> ScriptLint.check(bytes, names))
                        .orElse(List.of());
        List<ScriptFinding> actions =
                now.folder() ? ActionLint.check(now.actions(), now.readers(), name -> content(now, name)) : List.of();
        Seen all = new Seen(now, tree, script, actions, now.actionList());
        screen.execute(() -> {
            if (draft.get().equals(now)) {
                seen.set(all);
            }
        });
    }

    private Optional<byte[]> content(PayloadDraft of, String name) {
        return of.files().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .flatMap(part -> files.head(part.content()));
    }

    private void store(PayloadShelf.Kept wanted) {
        try {
            PayloadShelf.Kept known = latest(wanted);
            PayloadShelf.Kept now = shelf.keep(known);
            synchronized (storing) {
                stored = now;
                storedFor = wanted.id();
            }
            screen.execute(() -> {
                if (kept.id().equals(wanted.id())) {
                    kept = now;
                    keeping.set(new Keeping.Kept(now.changed()));
                }
            });
        } catch (ProblemException e) {
            screen.execute(() -> keeping.set(new Keeping.Failed(e.problem())));
        }
    }

    private PayloadShelf.Kept stored = PayloadShelf.fresh(PayloadDraft.empty(""));
    private String storedFor = "";

    /** The screen may not have heard of the last revision yet. */
    private PayloadShelf.Kept latest(PayloadShelf.Kept wanted) {
        synchronized (storing) {
            boolean later = (storedFor.equals(wanted.id()) || stored.id().equals(wanted.id()))
                    && (stored.revision() > wanted.revision() || !stored.id().equals(wanted.id()));
            return later
                    ? new PayloadShelf.Kept(
                            stored.id(), stored.revision(), wanted.draft(), wanted.favourite(), wanted.changed())
                    : wanted;
        }
    }

    /** Files of the draft that an action can look at when it is tried here. */
    Map<String, Content> flatFiles() {
        Map<String, Content> all = new TreeMap<>();
        for (Part part : draft.get().parts()) {
            if (!part.name().contains("/")) {
                all.put(part.name(), part.content());
            }
        }
        return all;
    }

    /** Reads files for a trial; off the screen's thread. */
    Map<String, byte[]> read(Map<String, Content> contents) {
        Map<String, byte[]> all = new TreeMap<>();
        long total = 0;
        for (Map.Entry<String, Content> one : contents.entrySet()) {
            Optional<byte[]> bytes = files.head(one.getValue());
            if (bytes.isPresent() && total + bytes.get().length <= SecureSize.ASSUMED) {
                total += bytes.get().length;
                all.put(one.getKey(), bytes.get());
            }
        }
        return all;
    }
}

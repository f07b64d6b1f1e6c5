package io.limelight.console.policies;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.policies.PolicyRow.Facts;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.create.PolicyLint;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.task.Cancellation;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * All policies, with how many machines each judges and how many of these pass. Contents are read of the first few alone, to say which
 * accept everything; of the others when they are opened. Used on the screen's thread.
 */
public final class PoliciesViewModel implements AutoCloseable {
    /** Of more policies the contents are not read unasked. */
    private static final int READ_AHEAD = 20;

    private final PolicyServer server;
    private final FleetService fleet;
    private final PolicyDrafts drafts;
    private final PolicyWindows windows;
    private final TemplatesViewModel templates;
    private final Executor work;
    private final Executor screen;
    private final Loader<Names> names;
    private final Map<String, Facts> facts = new ConcurrentHashMap<>();
    private final Map<String, Boolean> drafted = new HashMap<>();
    private final ObservableList<PolicyRow> rows = FXCollections.observableArrayList();
    private final ObjectProperty<@Nullable PolicyRow> selected = new SimpleObjectProperty<>();
    private final StringProperty search = new SimpleStringProperty("");
    private final Loader<String> text;
    private FleetSnapshot snapshot;
    private FleetService.@Nullable Subscription following;

    /**
     * What there is.
     *
     * @param runtime names at the verifier
     * @param boot names at the verifier
     * @param drafts names of runtime policies that were changed here
     * @param windows policies that allow more for a while
     */
    public record Names(
            List<String> runtime, List<String> boot, Set<String> drafts, List<PolicyWindows.Window> windows) {
        /** Copies. */
        public Names {
            runtime = List.copyOf(runtime);
            boot = List.copyOf(boot);
            drafts = Set.copyOf(drafts);
            windows = List.copyOf(windows);
        }
    }

    /** Nothing read yet. */
    public PoliciesViewModel(
            PolicyServer server,
            FleetService fleet,
            PolicyDrafts drafts,
            PolicyWindows windows,
            TemplatesViewModel templates,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.server = server;
        this.fleet = fleet;
        this.drafts = drafts;
        this.windows = windows;
        this.templates = templates;
        this.work = work;
        this.screen = screen;
        this.snapshot = fleet.latest();
        this.names = new Loader<>(work, screen, clock);
        this.text = new Loader<>(work, screen, clock);
        names.stateProperty().addListener((_, _, _) -> draw());
        search.addListener((_, _, _) -> draw());
        templates.useProperty().addListener((_, _, _) -> draw());
    }

    /** Policies that the search matches: runtime, measured boot, TPM. */
    public ObservableList<PolicyRow> rows() {
        return rows;
    }

    /** How reading the names went. */
    public ReadOnlyObjectProperty<Loaded<Names>> namesProperty() {
        return names.stateProperty();
    }

    /** The one that is looked at; null: none. */
    public ObjectProperty<@Nullable PolicyRow> selectedProperty() {
        return selected;
    }

    /** A part of a name. */
    public StringProperty searchProperty() {
        return search;
    }

    /** The page is seen. */
    public void shown() {
        if (following == null) {
            following = fleet.subscribe(told -> screen.execute(() -> follow(told)));
        }
        refresh();
    }

    /** The page is no longer seen. */
    public void hidden() {
        FleetService.Subscription before = following;
        following = null;
        if (before != null) {
            before.close();
        }
    }

    private void follow(FleetSnapshot told) {
        snapshot = told;
        draw();
    }

    /** Reads the names again. */
    public void refresh() {
        names.load(this::read);
        templates.refresh();
    }

    private Names read(Cancellation cancellation) throws ProblemException {
        List<String> runtime = server.names(PolicyKind.RUNTIME, cancellation);
        List<String> boot = bootNames(cancellation);
        Names read = new Names(runtime, boot, Set.copyOf(drafts.names()), windows.all());
        work.execute(() -> lookInside(read, cancellation));
        return read;
    }

    /** Verifiers before 2.3 keep none by name: that is no reason to show nothing at all. */
    private List<String> bootNames(Cancellation cancellation) throws ProblemException {
        try {
            return server.names(PolicyKind.MEASURED_BOOT, cancellation);
        } catch (ProblemException e) {
            if (e.problem().code().endsWith(".version") || e.problem().code().endsWith(".gone")) {
                return List.of();
            }
            throw e;
        }
    }

    private void lookInside(Names read, Cancellation cancellation) {
        int left = READ_AHEAD;
        for (PolicyKind kind : List.of(PolicyKind.RUNTIME, PolicyKind.MEASURED_BOOT)) {
            for (String name : kind == PolicyKind.RUNTIME ? read.runtime() : read.boot()) {
                String id = (kind == PolicyKind.RUNTIME ? Kind.RUNTIME : Kind.BOOT).key() + " " + name;
                if (left-- <= 0 || cancellation.cancelled()) {
                    return;
                }
                if (!facts.containsKey(id)) {
                    try {
                        Facts found = inside(
                                kind, server.read(kind, name, cancellation).text());
                        facts.put(id, found);
                        screen.execute(this::draw);
                    } catch (ProblemException e) {
                        // Said when it is opened.
                        return;
                    }
                }
            }
        }
    }

    /** Whether it judges at all. */
    static Facts inside(PolicyKind kind, String text) {
        if (kind == PolicyKind.MEASURED_BOOT) {
            String bare = text.strip();
            return bare.isEmpty() || bare.replaceAll("\\s", "").equals("{}") ? Facts.ACCEPTS_ALL : Facts.JUDGES;
        }
        try {
            var policy = RuntimePolicyReader.forEvaluation(
                    text.getBytes(StandardCharsets.UTF_8), RuntimePolicyReader.MAX_BYTES);
            return PolicyLint.lint(policy).stream()
                            .anyMatch(found -> found.code().equals(Checks.EVERYTHING))
                    ? Facts.ACCEPTS_ALL
                    : Facts.JUDGES;
        } catch (RuntimePolicyException e) {
            return Facts.BROKEN;
        }
    }

    /** The text of a policy that is shown and not edited here: a measured boot policy. */
    public ReadOnlyObjectProperty<Loaded<String>> textProperty() {
        return text.stateProperty();
    }

    /** Reads the text of such a policy. */
    public void readText(PolicyRow row) {
        text.clear();
        text.load(cancellation ->
                server.read(PolicyKind.MEASURED_BOOT, row.name(), cancellation).text());
    }

    /** What was found when it was opened. */
    public void found(PolicyRow row, Facts found) {
        facts.put(row.id(), found);
        draw();
    }

    /** The draft of a policy was begun or is gone, since the names were read. */
    public void drafted(String name, boolean now) {
        if (!Boolean.valueOf(now).equals(drafted.put(name, now))) {
            draw();
        }
    }

    /** What is known of it has changed: it was stored, or is gone. */
    public void forget(String id) {
        drafted.clear();
        facts.remove(id);
        refresh();
    }

    /** Machines that are judged by a policy, in the order of their ids. */
    public List<AgentId> users(PolicyRow row) {
        if (row.kind() == Kind.TPM) {
            return row.unnamed()
                    ? unnamed(row).map(TpmUse.Unnamed::machines).orElse(List.of())
                    : templates
                            .useProperty()
                            .get()
                            .find(row.name())
                            .map(TpmUse.Used::machines)
                            .orElse(List.of());
        }
        return snapshot.machines().stream()
                .filter(machine -> uses(machine, row.kind(), row.name()))
                .map(Machine::id)
                .toList();
    }

    /** The policy of a row that stands for one without a name. */
    public Optional<TpmUse.Unnamed> unnamed(PolicyRow row) {
        return templates.useProperty().get().unnamed().stream()
                .filter(each -> row.unnamed() && each.content().text().equals(row.name()))
                .findFirst();
    }

    private static boolean uses(Machine machine, Kind kind, String name) {
        return switch (kind) {
            case RUNTIME -> machine.runtimePolicy().equals(name);
            case BOOT -> machine.bootPolicy().equals(name);
            case TPM -> false;
        };
    }

    /** The fleet as last told. */
    public FleetSnapshot snapshot() {
        return snapshot;
    }

    /** Those without a policy that judges what runs, which is worth a word. */
    public int withoutRuntime() {
        return (int) snapshot.machines().stream()
                .filter(machine -> machine.standing() != MachineState.WAITING
                        && machine.runtimePolicy().isEmpty())
                .count();
    }

    private void draw() {
        Names known = names.stateProperty().get().value();
        List<PolicyRow> all = new ArrayList<>();
        if (known != null) {
            Set<String> runtime = new TreeSet<>(known.runtime());
            runtime.addAll(known.drafts());
            Set<String> stored = new HashSet<>(known.runtime());
            runtime.addAll(drafted.keySet());
            for (String name : runtime) {
                boolean draft = drafted.getOrDefault(name, known.drafts().contains(name));
                if (draft || stored.contains(name)) {
                    all.add(row(Kind.RUNTIME, name, draft, stored.contains(name)));
                }
            }
            new TreeSet<>(known.boot()).forEach(name -> all.add(row(Kind.BOOT, name, false, true)));
        }
        TpmUse tpm = templates.useProperty().get();
        tpm.templates().forEach(used -> all.add(tpm(used.template().name(), used.machines(), false)));
        tpm.unnamed().forEach(each -> all.add(tpm(each.content().text(), each.machines(), true)));
        String wanted = search.get().strip().toLowerCase(Locale.ROOT);
        all.removeIf(row -> !row.name().toLowerCase(Locale.ROOT).contains(wanted));
        PolicyRow before = selected.get();
        if (!rows.equals(all)) {
            rows.setAll(all);
        }
        if (before != null) {
            for (PolicyRow row : all) {
                if (row.id().equals(before.id()) && !row.equals(before)) {
                    selected.set(row);
                }
            }
            // One that is deleted, or that bears a name now, is nothing to look at any more.
            if (before.kind() == Kind.TPM
                    && wanted.isEmpty()
                    && all.stream().noneMatch(row -> row.id().equals(before.id()))) {
                selected.set(null);
            }
        }
    }

    private PolicyRow row(Kind kind, String name, boolean draft, boolean stored) {
        int machines = 0;
        int passing = 0;
        for (Machine machine : snapshot.machines()) {
            if (uses(machine, kind, name)) {
                machines++;
                if (machine.standing() == MachineState.TRUSTED) {
                    passing++;
                }
            }
        }
        return new PolicyRow(
                kind,
                name,
                machines,
                passing,
                facts.getOrDefault(kind.key() + " " + name, Facts.UNREAD),
                draft,
                stored,
                kind == Kind.RUNTIME ? until(name) : Optional.empty());
    }

    private PolicyRow tpm(String name, List<AgentId> machines, boolean atVerifier) {
        int passing = (int) machines.stream()
                .map(snapshot.byId()::get)
                .filter(machine -> machine != null && machine.standing() == MachineState.TRUSTED)
                .count();
        return new PolicyRow(
                Kind.TPM, name, machines.size(), passing, Facts.JUDGES, false, atVerifier, Optional.empty());
    }

    private Optional<LocalDate> until(String name) {
        Names known = names.stateProperty().get().value();
        return known == null
                ? Optional.empty()
                : known.windows().stream()
                        .filter(window -> window.policy().equals(name))
                        .map(PolicyWindows.Window::until)
                        .findFirst();
    }

    /** Looks at one by name, once the list knows it. */
    public void look(Kind kind, String name) {
        search.set("");
        for (PolicyRow row : rows) {
            if (row.kind() == kind && row.name().equals(name)) {
                selected.set(row);
                return;
            }
        }
    }

    /** Why there is no list; null where there is. */
    public @Nullable Problem problem() {
        return names.stateProperty().get().problem();
    }

    @Override
    public void close() {
        hidden();
        names.close();
        text.close();
    }
}

package io.limelight.console.machines;

import io.limelight.console.activity.ActLog;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FailureSummary.Pointer;
import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Identity;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.PayloadReport;
import io.limelight.console.fleet.RawAnswers;
import io.limelight.console.fleet.StaleReason;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.fleet.TimelinePage;
import io.limelight.console.fleet.TimelinePage.Happening;
import io.limelight.console.machines.evidence.Proof;
import io.limelight.console.problem.Problem;
import io.limelight.console.work.Loader;
import io.limelight.core.api.AgentId;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one machine. What a tab shows is fetched when the tab is looked at and kept for half a minute; another machine
 * breaks off what is on its way. Used on the screen's thread.
 */
public final class DetailViewModel implements AutoCloseable {
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final FleetService fleet;
    private final InstantSource clock;
    private final Executor work;
    private final ActLog acts;
    private final Supplier<Staleness> staleness;
    private final LabelBook labelBook;
    private final Executor screen;
    private final ObjectProperty<Tab> tab = new SimpleObjectProperty<>(Tab.VERDICT);
    private final ReadOnlyObjectWrapper<@Nullable AgentId> id = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Machine> machine = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<Labels> labels = new ReadOnlyObjectWrapper<>(Labels.NONE);
    private final ReadOnlyBooleanWrapper gone = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<@Nullable Problem> actProblem = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyObjectWrapper<@Nullable Pointer> pointed = new ReadOnlyObjectWrapper<>();
    private final Loader<TimelinePage> timeline;
    private final Loader<Proof> evidence;
    private final Loader<Identity> identity;
    private final Loader<RawAnswers> raw;
    private final Loader<Optional<PayloadReport>> payload;
    private final Loader<Boolean> acting;
    private final Loader<List<MachineReceipts.Receipt>> receipts;
    private MachineReceipts kept = MachineReceipts.NONE;

    /** The tabs. */
    public enum Tab {
        /** How it stands and why. */
        VERDICT,
        /** What happened. */
        TIMELINE,
        /** IMA list and boot log. */
        EVIDENCE,
        /** TPM and certificates. */
        IDENTITY,
        /** What it is judged by. */
        POLICY,
        /** How far its payload is. */
        PAYLOAD,
        /** Names, tags, notes. */
        NOTES,
        /** The servers' own words. */
        RAW;

        /** Names keys of words. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** No machine yet; nobody keeps what is done. */
    public DetailViewModel(
            FleetService fleet,
            LabelBook labelBook,
            Supplier<Staleness> staleness,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this(fleet, labelBook, staleness, clock, work, screen, ActLog.NONE);
    }

    /** No machine yet. */
    public DetailViewModel(
            FleetService fleet,
            LabelBook labelBook,
            Supplier<Staleness> staleness,
            InstantSource clock,
            Executor work,
            Executor screen,
            ActLog acts) {
        this.acts = acts;
        this.fleet = fleet;
        this.labelBook = labelBook;
        this.staleness = staleness;
        this.clock = clock;
        this.work = work;
        this.screen = screen;
        timeline = new Loader<>(work, screen, clock);
        evidence = new Loader<>(work, screen, clock);
        identity = new Loader<>(work, screen, clock);
        raw = new Loader<>(work, screen, clock);
        payload = new Loader<>(work, screen, clock);
        acting = new Loader<>(work, screen, clock);
        receipts = new Loader<>(work, screen, clock);
        tab.addListener((_, _, _) -> loadTab());
        acting.stateProperty().addListener((_, _, now) -> actProblem.set(now.problem()));
    }

    /** Looks at another machine; null: at none. */
    public void look(@Nullable AgentId next) {
        if (next != null && next.equals(id.get())) {
            return;
        }
        timeline.clear();
        evidence.clear();
        identity.clear();
        raw.clear();
        payload.clear();
        receipts.clear();
        acting.clear();
        actProblem.set(null);
        pointed.set(null);
        gone.set(false);
        id.set(next);
        Machine known = next == null ? null : fleet.latest().byId().get(next);
        machine.set(known);
        gone.set(next != null && known == null);
        labels.set(next == null ? Labels.NONE : labelBook.all().getOrDefault(next, Labels.NONE));
        loadTab();
    }

    /** A newer list: the machine may have changed, or be gone; what is shown of it stays. */
    public void told(FleetSnapshot snapshot) {
        AgentId looked = id.get();
        if (looked == null || snapshot.told().isEmpty()) {
            return;
        }
        Machine before = machine.get();
        Machine now = snapshot.byId().get(looked);
        gone.set(now == null);
        if (now != null && !now.equals(before)) {
            machine.set(now);
            if (before == null
                    || before.standing() != now.standing()
                    || !java.util.Objects.equals(before.failure(), now.failure())) {
                // Something happened: what tells of it is old, however young.
                reload();
            }
        }
    }

    /** Which tab is looked at. */
    public ObjectProperty<Tab> tabProperty() {
        return tab;
    }

    /** Which machine; null: none. */
    public ReadOnlyObjectProperty<@Nullable AgentId> idProperty() {
        return id.getReadOnlyProperty();
    }

    /** As last told; of one that is gone, the last that was known. */
    public ReadOnlyObjectProperty<@Nullable Machine> machineProperty() {
        return machine.getReadOnlyProperty();
    }

    /** No server knows it any more. */
    public ReadOnlyBooleanProperty goneProperty() {
        return gone.getReadOnlyProperty();
    }

    /** Its names, tags and notes. */
    public ReadOnlyObjectProperty<Labels> labelsProperty() {
        return labels.getReadOnlyProperty();
    }

    /** Why the last act did not succeed; null: it did. */
    public ReadOnlyObjectProperty<@Nullable Problem> actProblemProperty() {
        return actProblem.getReadOnlyProperty();
    }

    /** The place in the evidence to show; null: none. */
    public ReadOnlyObjectProperty<@Nullable Pointer> pointedProperty() {
        return pointed.getReadOnlyProperty();
    }

    /** What happened. */
    public Loader<TimelinePage> timeline() {
        return timeline;
    }

    /** What it proved. */
    public Loader<Proof> evidence() {
        return evidence;
    }

    /** How it registered. */
    public Loader<Identity> identity() {
        return identity;
    }

    /** How far its payload is; empty where the machine does not report it. */
    public Loader<Optional<PayloadReport>> payload() {
        return payload;
    }

    /** Where receipts come from. */
    public void receipts(MachineReceipts from) {
        kept = from;
    }

    /** What it was given by this console. */
    public Loader<List<MachineReceipts.Receipt>> receipts() {
        return receipts;
    }

    /** Writes a receipt to a file that only its user can read. */
    public void save(MachineReceipts.Receipt receipt, Path file, Runnable written, Consumer<String> failed) {
        work.execute(() -> {
            try {
                PrivateFiles.write(file, receipt.json().getBytes(StandardCharsets.UTF_8));
                screen.execute(written);
            } catch (IOException e) {
                String why = FileTrouble.sentence(e);
                screen.execute(() -> failed.accept(why));
            }
        });
    }

    /** The servers' words. */
    public Loader<RawAnswers> raw() {
        return raw;
    }

    /** An act under way. */
    public Loader<Boolean> acting() {
        return acting;
    }

    /** How it stands now. */
    public Optional<MachineState> state() {
        Machine known = machine.get();
        return known == null
                ? Optional.empty()
                : Optional.of(fleet.latest().state(known, staleness.get(), clock.instant()));
    }

    /** Why it is stale now, if it is. */
    public StaleReason reason() {
        Machine known = machine.get();
        return known == null ? StaleReason.NONE : fleet.latest().reason(known, staleness.get(), clock.instant());
    }

    /** What went wrong, as far as is known: all of the newest failure of the timeline, else the one of the list. */
    public List<FailureSummary> failures() {
        Machine known = machine.get();
        if (known == null || known.failure() == null) {
            return List.of();
        }
        return timeline.stateProperty().get().got().stream()
                .flatMap(page -> page.happenings().stream())
                .filter(happening -> !happening.failures().isEmpty())
                .findFirst()
                .map(Happening::failures)
                .orElse(List.of(known.failure()));
    }

    /** Shows a place in the evidence. */
    public void point(Pointer place) {
        tab.set(Tab.EVIDENCE);
        pointed.set(null);
        pointed.set(place);
    }

    /** Fetches what the open tab shows anew. */
    public void reload() {
        timeline.clear();
        evidence.clear();
        raw.clear();
        loadTab();
    }

    /** Older happenings, behind those that are there. */
    public void olderHappenings() {
        AgentId looked = id.get();
        TimelinePage page = timeline.stateProperty().get().value();
        if (looked == null || page == null || page.nextBefore().isEmpty()) {
            return;
        }
        timeline.load(cancellation -> {
            TimelinePage older = fleet.timeline(looked, page.nextBefore(), cancellation);
            List<Happening> all = new ArrayList<>(page.happenings());
            all.addAll(older.happenings());
            return new TimelinePage(all, older.nextBefore(), older.recorded());
        });
    }

    /** Fetches evidence, also from a machine itself where its verifier keeps none. */
    public void fetchEvidence() {
        AgentId looked = id.get();
        if (looked != null) {
            evidence.load(cancellation -> Proof.of(fleet.evidence(looked, cancellation)));
        }
    }

    /** Does something to this machine. */
    public void act(MachineAct act) {
        AgentId looked = id.get();
        if (looked == null || acting.stateProperty().get().loading()) {
            return;
        }
        acting.load(cancellation -> {
            MachineActs.keeping(acts, act, looked, () -> fleet.act(act, looked, cancellation));
            fleet.refreshSoon();
            return true;
        });
    }

    /** Whether an act means anything for this machine, and its server knows it. */
    public boolean makesSense(MachineAct act) {
        Machine known = machine.get();
        return known != null
                && !gone.get()
                && ActSense.against(act, known).isEmpty()
                && (!act.limelightOnly() || fleet.latest().kind() == FleetSnapshot.ServerKind.LIMELIGHT);
    }

    /** Writes names, tags, notes. */
    public void write(Labels next, Runnable written) {
        AgentId looked = id.get();
        if (looked == null) {
            return;
        }
        labels.set(next);
        Loader<Boolean> writing = new Loader<>(work, screen, clock);
        writing.stateProperty().addListener((_, _, now) -> {
            if (now.problem() != null) {
                actProblem.set(now.problem());
            } else if (!now.loading()) {
                written.run();
            }
        });
        writing.load(_ -> {
            labelBook.write(looked, next);
            return true;
        });
    }

    private void loadTab() {
        AgentId looked = id.get();
        if (looked == null) {
            return;
        }
        switch (tab.get()) {
            case VERDICT, TIMELINE ->
                timeline.loadIfOlder(FRESH, cancellation -> fleet.timeline(looked, OptionalLong.empty(), cancellation));
            case EVIDENCE -> {
                // Against Keylime's this asks the machine: only when a person says so.
                if (fleet.latest().kind() == FleetSnapshot.ServerKind.LIMELIGHT) {
                    evidence.loadIfOlder(FRESH, cancellation -> Proof.of(fleet.evidence(looked, cancellation)));
                }
            }
            case IDENTITY -> identity.loadIfOlder(FRESH, cancellation -> fleet.identity(looked, cancellation));
            case PAYLOAD -> {
                payload.loadIfOlder(FRESH, cancellation -> fleet.payload(looked, cancellation));
                receipts.loadIfOlder(FRESH, _ -> kept.of(looked));
            }
            case RAW -> raw.loadIfOlder(FRESH, cancellation -> fleet.raw(looked, cancellation));
            case POLICY, NOTES -> {}
        }
    }

    @Override
    public void close() {
        look(null);
    }
}

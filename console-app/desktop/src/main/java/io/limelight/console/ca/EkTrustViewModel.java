package io.limelight.console.ca;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loader;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.endorsement.EndorsementException;
import io.limelight.core.endorsement.VendorCertificates;
import io.limelight.core.endorsement.VendorCertificates.Contents;
import io.limelight.core.endorsement.VendorCertificates.Trusted;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** Whose TPMs are trusted, and what that means for each machine. Used on the screen's thread. */
public final class EkTrustViewModel implements AutoCloseable {
    /** Registrars may be Keylime's: more at once only queue there. */
    private static final int AT_ONCE = 4;

    private final Optional<VendorCertificates> vendors;
    private final Path folder;
    private final Supplier<List<Subject>> machines;
    private final Judge judge;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final Loader<Contents> store;
    private final ObservableList<Trusted> shown = FXCollections.observableArrayList();
    private final StringProperty filter = new SimpleStringProperty(this, "filter", "");
    private final ObservableList<Decision> decisions = FXCollections.observableArrayList();
    private final ReadOnlyBooleanWrapper checking = new ReadOnlyBooleanWrapper(this, "checking");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<X509Certificate>> offered = new ReadOnlyObjectWrapper<>(List.of());
    private volatile boolean closed;

    /**
     * A machine to be judged.
     *
     * @param id its id
     * @param name for people
     */
    public record Subject(String id, String name) {}

    /**
     * What is thought of a machine's TPM.
     *
     * @param trusted whether somebody vouches for it
     * @param reason a sentence
     */
    public record Verdict(boolean trusted, String reason) {}

    /** The same of a named machine. */
    public record Decision(Subject machine, Verdict verdict) {}

    /** Judges one machine by its registration; blocks. */
    @FunctionalInterface
    public interface Judge {
        /** Judges. */
        Verdict judge(String id) throws ProblemException;
    }

    /**
     * Nothing is read yet.
     *
     * @param vendors the store; empty where no certificates are wanted ({@code require_ek_cert = False})
     * @param folder of the store
     * @param machines whom to judge, asked when they are
     */
    public EkTrustViewModel(
            Optional<VendorCertificates> vendors,
            Path folder,
            Supplier<List<Subject>> machines,
            Judge judge,
            Words words,
            InstantSource clock,
            Executor work,
            Executor screen) {
        this.vendors = vendors;
        this.folder = folder;
        this.machines = machines;
        this.judge = judge;
        this.words = words;
        this.work = work;
        this.screen = screen;
        this.store = new Loader<>(work, screen, clock);
        store.stateProperty().subscribe(state -> {
            problem.set(Optional.ofNullable(state.problem()));
            draw();
        });
        filter.subscribe(_ -> draw());
    }

    /** Whether certificates are asked for at all. */
    public boolean wanted() {
        return vendors.isPresent();
    }

    /** Where the administrator's own ones are. */
    public Path folder() {
        return folder;
    }

    /** The ones that the filter finds. */
    public ObservableList<Trusted> shown() {
        return shown;
    }

    /** Words in names. */
    public StringProperty filterProperty() {
        return filter;
    }

    /** Files that cannot be used; sentences. */
    public List<String> unusable() {
        Contents now = store.stateProperty().get().value();
        return now == null ? List.of() : now.unusable();
    }

    /** How many there are. */
    public int count() {
        Contents now = store.stateProperty().get().value();
        return now == null ? 0 : now.trusted().size();
    }

    /** What went wrong last. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What was found in a file and may be trusted, once a person says so. */
    public ReadOnlyObjectProperty<List<X509Certificate>> offeredProperty() {
        return offered.getReadOnlyProperty();
    }

    /** Machine by machine. */
    public ObservableList<Decision> decisions() {
        return decisions;
    }

    /** Whether machines are being judged. */
    public ReadOnlyBooleanProperty checkingProperty() {
        return checking.getReadOnlyProperty();
    }

    /** Reads the store. */
    public void refresh() {
        if (vendors.isPresent()) {
            store.load(_ -> told(() -> vendors.get().list()));
        }
    }

    private void draw() {
        Contents now = store.stateProperty().get().value();
        String wanted = filter.get().strip().toLowerCase(Locale.ROOT);
        shown.setAll(
                now == null
                        ? List.of()
                        : now.trusted().stream()
                                .filter(each -> wanted.isEmpty()
                                        || each.name().toLowerCase(Locale.ROOT).contains(wanted)
                                        || each.origin()
                                                .toLowerCase(Locale.ROOT)
                                                .contains(wanted))
                                .toList());
    }

    private interface Question<T> {
        T ask() throws EndorsementException;
    }

    private <T> T told(Question<T> question) throws ProblemException {
        ScreenThread.refuse("reading the store of vendors");
        try {
            return question.ask();
        } catch (EndorsementException e) {
            throw Problems.thrown(words, "ca.vendors", e, String.valueOf(e.getMessage()));
        }
    }

    private interface Doing {
        void run() throws ProblemException;
    }

    private void inBackground(Doing doing) {
        work.execute(() -> {
            try {
                doing.run();
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }

    /** Looks into a file; what it holds is offered, nothing is trusted yet. */
    public void look(Path file) {
        vendors.ifPresent(known -> inBackground(() -> {
            List<X509Certificate> found = told(() -> known.look(file));
            screen.execute(() -> {
                problem.set(Optional.empty());
                offered.set(found);
            });
        }));
    }

    /** Trusts what is offered. */
    public void addOffered() {
        List<X509Certificate> wanted = offered.get();
        offered.set(List.of());
        vendors.ifPresent(known -> inBackground(() -> {
            for (X509Certificate certificate : wanted) {
                told(() -> known.add(certificate));
            }
            screen.execute(this::refresh);
        }));
    }

    /** Offers nothing any more. */
    public void leaveOffered() {
        offered.set(List.of());
    }

    /** Trusts it no longer. */
    public void remove(Trusted trusted) {
        vendors.ifPresent(known -> inBackground(() -> {
            told(() -> {
                known.remove(trusted);
                return true;
            });
            screen.execute(this::refresh);
        }));
    }

    /** Judges every machine, a few at once; what was thought before is forgotten. */
    public void check() {
        if (checking.get()) {
            return;
        }
        List<Subject> due = machines.get();
        decisions.clear();
        if (due.isEmpty()) {
            return;
        }
        checking.set(true);
        Semaphore atOnce = new Semaphore(AT_ONCE);
        AtomicInteger left = new AtomicInteger(due.size());
        for (Subject machine : due) {
            work.execute(() -> {
                Verdict verdict = verdict(machine, atOnce);
                screen.execute(() -> {
                    decisions.add(new Decision(machine, verdict));
                    if (left.decrementAndGet() == 0) {
                        List<Decision> sorted = new ArrayList<>(decisions);
                        sorted.sort(java.util.Comparator.<Decision>comparingInt(
                                        each -> each.verdict().trusted() ? 1 : 0)
                                .thenComparing(each -> each.machine().name()));
                        decisions.setAll(sorted);
                        checking.set(false);
                    }
                });
            });
        }
    }

    private Verdict verdict(Subject machine, Semaphore atOnce) {
        try {
            atOnce.acquire();
            try {
                return closed ? new Verdict(false, "") : judge.judge(machine.id());
            } finally {
                atOnce.release();
            }
        } catch (ProblemException e) {
            return new Verdict(false, e.problem().whatHappened());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Verdict(false, "");
        }
    }

    @Override
    public void close() {
        closed = true;
        store.close();
    }
}

package io.limelight.console.payloads;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** The payloads a person has and the templates to begin from. Used on the screen's thread. */
public final class LibraryViewModel {
    private final PayloadShelf shelf;
    private final Executor work;
    private final Executor screen;
    private final ObservableList<PayloadShelf.Kept> kept = FXCollections.observableArrayList();
    private final ObservableList<PayloadShelf.Kept> templates = FXCollections.observableArrayList();
    private final ObservableList<PayloadShelf.Kept> keptToSee = FXCollections.unmodifiableObservableList(kept);
    private final ObservableList<PayloadShelf.Kept> templatesToSee =
            FXCollections.unmodifiableObservableList(templates);
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<PayloadShelf.Kept>> forgotten =
            new ReadOnlyObjectWrapper<>(Optional.empty());

    /** Nothing read yet. */
    public LibraryViewModel(PayloadShelf shelf, Executor work, Executor screen) {
        this.shelf = shelf;
        this.work = work;
        this.screen = screen;
    }

    /** All, favourites first, then the latest. */
    public ObservableList<PayloadShelf.Kept> kept() {
        return keptToSee;
    }

    /** The person's own templates. */
    public ObservableList<PayloadShelf.Kept> templates() {
        return templatesToSee;
    }

    /** Whether they were read. */
    public ReadOnlyBooleanProperty loadedProperty() {
        return loaded.getReadOnlyProperty();
    }

    /** What went wrong. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** The one that was forgotten last and can be had back. */
    public ReadOnlyObjectProperty<Optional<PayloadShelf.Kept>> forgottenProperty() {
        return forgotten.getReadOnlyProperty();
    }

    /** Reads them. */
    public void load() {
        run(() -> {}, () -> {});
    }

    /** Puts it first, or not. */
    public void favour(PayloadShelf.Kept one) {
        run(
                () -> shelf.keep(
                        new PayloadShelf.Kept(one.id(), one.revision(), one.draft(), !one.favourite(), one.changed())),
                () -> {});
    }

    /** Takes it off the list; its files stay where they are. It can be had back. */
    public void forget(PayloadShelf.Kept one) {
        run(() -> shelf.forget(one), () -> forgotten.set(Optional.of(one)));
    }

    /** Has the one back that was forgotten last. */
    public void remember() {
        forgotten
                .get()
                .ifPresent(one -> run(
                        () -> shelf.keep(
                                new PayloadShelf.Kept(one.id(), 0, one.draft(), one.favourite(), one.changed())),
                        () -> forgotten.set(Optional.empty())));
    }

    private interface Doing {
        void run() throws ProblemException;
    }

    private void run(Doing doing, Runnable then) {
        work.execute(() -> {
            try {
                doing.run();
                List<PayloadShelf.Kept> all = shelf.kept();
                List<PayloadShelf.Kept> own = shelf.templates();
                screen.execute(() -> {
                    kept.setAll(all);
                    templates.setAll(own);
                    loaded.set(true);
                    problem.set(Optional.empty());
                    then.run();
                });
            } catch (ProblemException e) {
                screen.execute(() -> problem.set(Optional.of(e.problem())));
            }
        });
    }
}

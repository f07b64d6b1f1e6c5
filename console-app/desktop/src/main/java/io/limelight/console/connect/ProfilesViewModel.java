package io.limelight.console.connect;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.Profile;
import io.limelight.console.records.ProfileStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** The profiles that are kept: opened, renamed, moved to another environment, deleted, and had back. Used on the screen's thread. */
public final class ProfilesViewModel {
    private final ProfileStore store;
    private final Acts acts;
    private final Executor work;
    private final Executor screen;
    private final ObservableList<Profile> profiles = FXCollections.observableArrayList();
    private final ObservableList<Profile> profilesToSee = FXCollections.unmodifiableObservableList(profiles);
    private final ReadOnlyBooleanWrapper loaded = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<Profile>> deleted = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** What others do. */
    public interface Acts {
        /** Connects. */
        void open(Profile profile);

        /** Shows its form. */
        void edit(Profile profile);

        /** Shows an empty form. */
        void add();
    }

    /** Nothing read yet. */
    public ProfilesViewModel(ProfileStore store, Acts acts, Executor work, Executor screen) {
        this.store = store;
        this.acts = acts;
        this.work = work;
        this.screen = screen;
    }

    /** All, the last opened first. */
    public ObservableList<Profile> profiles() {
        return profilesToSee;
    }

    /** Whether they have been read. */
    public ReadOnlyBooleanProperty loadedProperty() {
        return loaded.getReadOnlyProperty();
    }

    /** The one that was deleted last and can be had back. */
    public ReadOnlyObjectProperty<Optional<Profile>> deletedProperty() {
        return deleted.getReadOnlyProperty();
    }

    /** What went wrong. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Reads them. */
    public void load() {
        run(() -> {}, () -> {});
    }

    /** Connects. */
    public void open(Profile profile) {
        acts.open(profile);
    }

    /** Shows its form. */
    public void edit(Profile profile) {
        acts.edit(profile);
    }

    /** Shows an empty form. */
    public void add() {
        acts.add();
    }

    /** Renames it. */
    public void rename(Profile profile, String name) {
        if (!profile.name().equals(name.strip())) {
            run(() -> store.save(profile.named(name.strip())), () -> {});
        }
    }

    /** Says what it is for. */
    public void move(Profile profile, Environment environment) {
        if (profile.environment() != environment) {
            run(() -> store.save(profile.in(environment)), () -> {});
        }
    }

    /** Deletes it; it can be had back. */
    public void delete(Profile profile) {
        run(() -> store.delete(profile), () -> deleted.set(Optional.of(profile)));
    }

    /** Has the one back that was deleted last. */
    public void undelete() {
        deleted.get().ifPresent(profile -> run(() -> store.undelete(profile), () -> deleted.set(Optional.empty())));
    }

    private interface Doing {
        void run() throws ProblemException;
    }

    private void run(Doing doing, Runnable then) {
        work.execute(() -> {
            Optional<Problem> told = Optional.empty();
            try {
                doing.run();
            } catch (ProblemException e) {
                told = Optional.of(e.problem());
            }
            List<Profile> all = List.of();
            boolean read = true;
            try {
                all = store.all();
            } catch (ProblemException e) {
                told = Optional.of(e.problem());
                read = false;
            }
            Optional<Problem> said = told;
            List<Profile> now = all;
            boolean known = read;
            screen.execute(() -> {
                if (known) {
                    profiles.setAll(now);
                    loaded.set(true);
                }
                problem.set(said);
                if (said.isEmpty()) {
                    then.run();
                }
            });
        });
    }
}

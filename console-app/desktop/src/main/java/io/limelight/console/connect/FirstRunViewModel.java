package io.limelight.console.connect;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.records.Records;
import io.limelight.console.sandbox.SandboxSession;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** The first page: three doors, and what was found on this computer behind each. Used on the screen's thread. */
public final class FirstRunViewModel {
    private final Discovery discovery;
    private final Records records;
    private final Words words;
    private final Doors doors;
    private final Executor work;
    private final Executor screen;
    private final ReadOnlyBooleanWrapper looking = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<ProfileSource>> suggestion =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> sandboxProblem =
            new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyBooleanWrapper sandboxOffered = new ReadOnlyBooleanWrapper();
    private final ObservableList<Found> places = FXCollections.observableArrayList();
    private final ObservableList<Found> placesToSee = FXCollections.unmodifiableObservableList(places);
    private final ObservableList<Profile> profiles = FXCollections.observableArrayList();
    private final ObservableList<Profile> profilesToSee = FXCollections.unmodifiableObservableList(profiles);

    /** Where the doors lead. */
    public interface Doors {
        /** To the form, filled in as far as it is known. */
        void connect(Optional<ProfileSource> known);

        /** To a sandbox. */
        void sandbox();

        /** To a fleet that was opened before. */
        void open(Profile profile);
    }

    /** Nothing looked at yet. */
    public FirstRunViewModel(
            Discovery discovery, Records records, Words words, Doors doors, Executor work, Executor screen) {
        this.discovery = discovery;
        this.records = records;
        this.words = words;
        this.doors = doors;
        this.work = work;
        this.screen = screen;
    }

    /** Looks at this computer, each time the page is shown. */
    public void look() {
        if (looking.get()) {
            return;
        }
        looking.set(true);
        work.execute(() -> {
            Discovery.Outcome outcome = discovery.look();
            Optional<Problem> sandbox = SandboxSession.unavailable(words);
            List<Profile> kept = List.of();
            Optional<Problem> trouble = records.trouble();
            try {
                kept = records.profiles().all();
            } catch (ProblemException e) {
                trouble = Optional.of(e.problem());
            }
            List<Profile> found = kept;
            Optional<Problem> said = trouble;
            screen.execute(() -> {
                places.setAll(outcome.places());
                suggestion.set(outcome.suggestion());
                sandboxProblem.set(sandbox);
                // Where the computer is another kind, there is no door at all; where only a program is missing, it says
                // so.
                sandboxOffered.set(sandbox.map(each -> !each.code().equals("sandbox.linux"))
                        .orElse(true));
                profiles.setAll(found);
                problem.set(said);
                looking.set(false);
            });
        });
    }

    /** Whether it is looking. */
    public ReadOnlyBooleanProperty lookingProperty() {
        return looking.getReadOnlyProperty();
    }

    /** What was found of Keylime's. */
    public ObservableList<Found> places() {
        return placesToSee;
    }

    /** What the form begins with; empty: nothing usable was found. */
    public ReadOnlyObjectProperty<Optional<ProfileSource>> suggestionProperty() {
        return suggestion.getReadOnlyProperty();
    }

    /** Whether the sandbox's door is drawn. */
    public ReadOnlyBooleanProperty sandboxOfferedProperty() {
        return sandboxOffered.getReadOnlyProperty();
    }

    /** Why it does not open; empty: it does. */
    public ReadOnlyObjectProperty<Optional<Problem>> sandboxProblemProperty() {
        return sandboxProblem.getReadOnlyProperty();
    }

    /** Fleets opened before, the last one first. */
    public ObservableList<Profile> profiles() {
        return profilesToSee;
    }

    /** Trouble with what the console keeps, or with what was dropped. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** With what was found. */
    public void review() {
        doors.connect(suggestion.get());
    }

    /** With an empty form. */
    public void type() {
        doors.connect(Optional.empty());
    }

    /** Starts a sandbox. */
    public void startSandbox() {
        if (sandboxProblem.get().isEmpty()) {
            doors.sandbox();
        }
    }

    /** Opens a fleet. */
    public void open(Profile profile) {
        doors.open(profile);
    }

    /** Takes a file or folder that was dropped on the page or chosen. */
    public void dropped(Path path) {
        work.execute(() -> {
            Optional<ProfileSource> source = discovery.recognize(path);
            screen.execute(() -> {
                if (source.isPresent()) {
                    problem.set(Optional.empty());
                    doors.connect(source);
                } else {
                    problem.set(Optional.of(io.limelight.console.problem.Problems.of(
                            words, "connect.not-recognized", "", path.toString())));
                }
            });
        });
    }
}

package io.limelight.console.connect;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.Vault;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** Unlocks the vault, or makes one: once a run. Used on the screen's thread. */
public final class UnlockViewModel {
    private final Vault vault;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final ReadOnlyObjectWrapper<Mode> mode = new ReadOnlyObjectWrapper<>(Mode.UNKNOWN);
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper unlocked = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** What is asked. */
    public enum Mode {
        /** Not read yet. */
        UNKNOWN,
        /** The passphrase of the vault. */
        UNLOCK,
        /** A passphrase for a new one, twice. */
        CREATE
    }

    /** Asks nothing yet. */
    public UnlockViewModel(Vault vault, Words words, Executor work, Executor screen) {
        this.vault = vault;
        this.words = words;
        this.work = work;
        this.screen = screen;
    }

    /** Finds out what to ask. */
    public void begin() {
        work.execute(() -> {
            try {
                boolean exists = vault.exists();
                boolean open = vault.unlocked();
                screen.execute(() -> {
                    mode.set(exists ? Mode.UNLOCK : Mode.CREATE);
                    unlocked.set(open);
                });
            } catch (ProblemException e) {
                Problem told = e.problem();
                screen.execute(() -> problem.set(Optional.of(told)));
            }
        });
    }

    /** What is asked. */
    public ReadOnlyObjectProperty<Mode> modeProperty() {
        return mode.getReadOnlyProperty();
    }

    /** Whether it tries; a try takes half a second, on purpose. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Whether it is open. */
    public ReadOnlyBooleanProperty unlockedProperty() {
        return unlocked.getReadOnlyProperty();
    }

    /** What went wrong. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /**
     * Tries a passphrase; takes both over and clears them.
     *
     * @param again the same once more, where a vault is made; otherwise a copy or empty
     */
    public void submit(SecretBytes passphrase, SecretBytes again) {
        boolean create = mode.get() == Mode.CREATE;
        if (busy.get() || mode.get() == Mode.UNKNOWN || (create && !passphrase.constantTimeEquals(again))) {
            if (create && !busy.get()) {
                problem.set(Optional.of(Problems.of(words, "connect.passphrases-differ", "")));
            }
            passphrase.close();
            again.close();
            return;
        }
        again.close();
        busy.set(true);
        problem.set(Optional.empty());
        work.execute(() -> {
            Optional<Problem> told = Optional.empty();
            try (passphrase) {
                if (create) {
                    vault.create(passphrase);
                } else {
                    vault.unlock(passphrase);
                }
            } catch (ProblemException e) {
                told = Optional.of(e.problem());
            }
            Optional<Problem> said = told;
            screen.execute(() -> {
                busy.set(false);
                problem.set(said);
                // Another console may have made it a moment ago: then it is to be unlocked.
                if (said.map(Problem::code)
                        .filter("records.vault-exists"::equals)
                        .isPresent()) {
                    mode.set(Mode.UNLOCK);
                }
                unlocked.set(said.isEmpty());
            });
        });
    }
}

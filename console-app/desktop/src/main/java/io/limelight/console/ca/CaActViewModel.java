package io.limelight.console.ca;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/**
 * One act on a CA folder while its dialog is open: what is to be done, whether it may be begun, how it went. What was typed stays
 * where it is when it goes wrong. Used on the screen's thread.
 */
public final class CaActViewModel implements AutoCloseable {
    private final CaRoom room;
    private final Path folder;
    private final CaPasswords passwords;
    private final Executor work;
    private final Executor screen;
    private final ObjectProperty<Optional<CaAct>> act = new SimpleObjectProperty<>(this, "act", Optional.empty());
    private final BooleanProperty remember = new SimpleBooleanProperty(this, "remember");
    private final ReadOnlyBooleanWrapper remembered = new ReadOnlyBooleanWrapper(this, "remembered");
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper(this, "busy");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<String>> outcome = new ReadOnlyObjectWrapper<>(Optional.empty());
    private @Nullable Cancellation running;
    private Runnable onDone = () -> {};

    /** For a folder. */
    public CaActViewModel(CaRoom room, Path folder, CaPasswords passwords, Executor work, Executor screen) {
        this.room = room;
        this.folder = folder;
        this.passwords = passwords;
        this.work = work;
        this.screen = screen;
        remember.set(false);
        lookForPassword();
    }

    private void lookForPassword() {
        if (passwords.possible()) {
            work.execute(() -> {
                try {
                    Optional<SecretBytes> kept = passwords.get(folder);
                    kept.ifPresent(SecretBytes::close);
                    screen.execute(() -> remembered.set(kept.isPresent()));
                } catch (ProblemException e) {
                    screen.execute(() -> remembered.set(false));
                }
            });
        }
    }

    /** What is to be done; empty while something is missing. */
    public ObjectProperty<Optional<CaAct>> actProperty() {
        return act;
    }

    /** Where. */
    public Path folder() {
        return folder;
    }

    /** Whether the password is to be kept. */
    public BooleanProperty rememberProperty() {
        return remember;
    }

    /** Whether passwords can be kept. */
    public boolean canRemember() {
        return passwords.possible();
    }

    /** Whether the password of the folder is kept, so that it need not be typed. */
    public ReadOnlyBooleanProperty rememberedProperty() {
        return remembered.getReadOnlyProperty();
    }

    /** Whether it is under way. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** Why it did not go. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** What came of it; a sentence. */
    public ReadOnlyObjectProperty<Optional<String>> outcomeProperty() {
        return outcome.getReadOnlyProperty();
    }

    /** Called when it is done. */
    public void onDone(Runnable listener) {
        onDone = listener;
    }

    /**
     * Does it.
     *
     * @param typed the keystore's password, taken over; empty bytes where it is kept or not needed
     * @param second the other secret, taken over; empty bytes where it is not needed
     */
    public void run(SecretBytes typed, SecretBytes second) {
        Optional<CaAct> what = act.get();
        if (busy.get() || what.isEmpty() || outcome.get().isPresent()) {
            typed.close();
            second.close();
            return;
        }
        busy.set(true);
        problem.set(Optional.empty());
        Cancellation mine = new Cancellation();
        running = mine;
        boolean keep = remember.get();
        work.execute(() -> {
            try (typed;
                    second) {
                String done = runKnown(what.get(), typed, second, keep, mine);
                screen.execute(() -> {
                    busy.set(false);
                    outcome.set(Optional.of(done));
                    onDone.run();
                });
            } catch (ProblemException e) {
                screen.execute(() -> {
                    busy.set(false);
                    problem.set(Optional.of(e.problem()));
                });
            }
        });
    }

    private String runKnown(CaAct what, SecretBytes typed, SecretBytes second, boolean keep, Cancellation cancellation)
            throws ProblemException {
        if (!what.needsPassword() || typed.length() > 0) {
            String done = room.run(what, folder, typed, second, cancellation);
            return done + kept(what, typed, second, keep);
        }
        try (SecretBytes known = passwords.get(folder).orElseGet(() -> SecretBytes.adopt(new byte[0]))) {
            String done = room.run(what, folder, known, second, cancellation);
            return done + kept(what, known, second, what instanceof CaAct.ChangePassword);
        }
    }

    /** The act is done; that a password could not be kept does not undo it. */
    private String kept(CaAct what, SecretBytes first, SecretBytes second, boolean keep) {
        try {
            boolean another = what instanceof CaAct.ChangePassword;
            if (keep) {
                passwords.keep(folder, another || what instanceof CaAct.Create ? second : first);
            } else if (another && passwords.possible()) {
                // The one that may be kept opens nothing any more.
                passwords.forget(folder);
            }
            return "";
        } catch (ProblemException e) {
            return " " + room.notKept(e.problem());
        }
    }

    /** Breaks off what waits for a network; an act that has begun to write is finished. */
    @Override
    public void close() {
        Cancellation now = running;
        if (now != null) {
            work.execute(now::cancel);
        }
    }
}

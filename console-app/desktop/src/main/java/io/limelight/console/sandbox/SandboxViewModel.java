package io.limelight.console.sandbox;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;

/** What can be done to a sandbox. Used on the screen's thread; everything that waits is done off it, one thing at a time. */
public final class SandboxViewModel {
    private final SandboxSession session;
    private final Words words;
    private final Executor work;
    private final Executor screen;
    private final Runnable changed;
    private final ActLog acts;
    private final ReadOnlyBooleanWrapper busy = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper verifierKilled = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper said = new ReadOnlyStringWrapper("");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());

    /**
     * Of a running sandbox.
     *
     * @param changed run when something was done that a verifier will notice
     * @param acts keeps what was done
     */
    public SandboxViewModel(
            SandboxSession session, Words words, Executor work, Executor screen, Runnable changed, ActLog acts) {
        this.acts = acts;
        this.session = session;
        this.words = words;
        this.work = work;
        this.screen = screen;
        this.changed = changed;
        session.onTrouble(trouble -> screen.execute(() -> problem.set(Optional.of(trouble))));
    }

    /** Something that waits. */
    @FunctionalInterface
    private interface Act {
        String act() throws ProblemException;
    }

    /** Its machines: id and name. */
    public Map<AgentId, String> machines() {
        return session.machines();
    }

    /** Where its programs write what they do. */
    public String logs() {
        return session.logs().toString();
    }

    /** Something is being done. */
    public ReadOnlyBooleanProperty busyProperty() {
        return busy.getReadOnlyProperty();
    }

    /** The verifier was ended and not started again. */
    public ReadOnlyBooleanProperty verifierKilledProperty() {
        return verifierKilled.getReadOnlyProperty();
    }

    /** What was done last, a sentence. */
    public ReadOnlyStringProperty saidProperty() {
        return said.getReadOnlyProperty();
    }

    /** Why it was not done. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** Has a machine run a script that nobody approved. */
    public void breakMachine(AgentId id) {
        act("sandbox.break", List.of(id.value()), () -> {
            SandboxSession.Broken broken = session.breakMachine(id);
            return words.of("sandbox.said.broken", session.machines().getOrDefault(id, id.value()), broken.file());
        });
    }

    /** Extends a PCR that its policy wants untouched. */
    public void extendPcr(AgentId id) {
        act("sandbox.extend", List.of(id.value()), () -> {
            session.extendPcr(id);
            return words.of("sandbox.said.extended", session.machines().getOrDefault(id, id.value()));
        });
    }

    /** Ends the verifier as a crash would, or starts it again. */
    public void toggleVerifier() {
        boolean kill = !verifierKilled.get();
        act(kill ? "sandbox.kill" : "sandbox.restart", List.of(), () -> {
            if (kill) {
                session.killVerifier();
            } else {
                session.restartVerifier();
            }
            screen.execute(() -> verifierKilled.set(kill));
            return words.of(kill ? "sandbox.said.killed" : "sandbox.said.restarted");
        });
    }

    private void act(String kind, List<String> objects, Act act) {
        if (busy.get()) {
            // Buttons stay as they are meanwhile: one that is disabled under a finger loses the keyboard.
            said.set(words.of("sandbox.said.busy"));
            return;
        }
        busy.set(true);
        said.set(words.of("sandbox.said.doing"));
        problem.set(Optional.empty());
        work.execute(() -> {
            try {
                String sentence = act.act();
                acts.did(new ActLog.Act(kind, objects, ActLog.Outcome.DONE, Map.of()));
                screen.execute(() -> end(sentence, Optional.empty()));
            } catch (ProblemException e) {
                acts.did(new ActLog.Act(
                        kind,
                        objects,
                        ActLog.Outcome.FAILED,
                        Map.of("sentence", e.problem().whatHappened())));
                screen.execute(() -> end("", Optional.of(e.problem())));
            }
        });
    }

    private void end(String sentence, Optional<Problem> why) {
        busy.set(false);
        said.set(sentence);
        problem.set(why);
        changed.run();
    }
}

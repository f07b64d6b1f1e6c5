package io.limelight.console.payloads;

import io.limelight.console.work.TaskHandle;
import io.limelight.console.work.Tasks;
import io.limelight.core.payload.ActionTrial;
import io.limelight.core.payload.PackageTreeReader.Content;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** An action that is tried on this computer. Used on the screen's thread. */
public final class TrialViewModel {
    private final BuilderViewModel builder;
    private final String action;
    private final String title;
    private final ActionTrial trial;
    private final Tasks tasks;
    private final Executor screen;
    private final ReadOnlyObjectWrapper<State> state = new ReadOnlyObjectWrapper<>(new State.Ready());
    private @Nullable TaskHandle<ActionTrial.Outcome> running;

    /** How it is. */
    public sealed interface State {
        /** Not begun. */
        record Ready() implements State {}

        /** It runs. */
        record Running() implements State {}

        /** It has ended. */
        record Ended(ActionTrial.Outcome outcome) implements State {}

        /** It was stopped. */
        record Stopped() implements State {}

        /** It could not be started: a sentence. */
        record NotStarted(String why) implements State {}
    }

    /** For one action; nothing runs before a person says so. */
    public TrialViewModel(
            BuilderViewModel builder, String action, String title, ActionTrial trial, Tasks tasks, Executor screen) {
        this.builder = builder;
        this.action = action;
        this.title = title;
        this.trial = trial;
        this.tasks = tasks;
        this.screen = screen;
    }

    /** Its file. */
    public String action() {
        return action;
    }

    /** How it is. */
    public ReadOnlyObjectProperty<State> stateProperty() {
        return state.getReadOnlyProperty();
    }

    /** Runs it. */
    public void run() {
        if (state.get() instanceof State.Running) {
            return;
        }
        state.set(new State.Running());
        Map<String, Content> contents = builder.flatFiles();
        running = tasks.submit(
                title,
                (_, cancellation) ->
                        trial.run(action, builder.read(contents), ActionTrial.sampleNotice(), cancellation));
        running.result()
                .whenComplete((outcome, failure) -> screen.execute(() -> state.set(
                        outcome != null
                                ? new State.Ended(outcome)
                                : cause(failure) instanceof IOException e
                                        ? new State.NotStarted(String.valueOf(e.getMessage()))
                                        : new State.Stopped())))
                .exceptionally(_ -> null);
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return Optional.ofNullable(failure).map(Throwable::getCause).orElse(failure);
    }

    /** Stops it and what it started. */
    public void stop() {
        if (running != null) {
            running.cancel();
        }
    }
}

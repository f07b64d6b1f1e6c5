package io.limelight.console.shell;

import io.limelight.console.work.TaskHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import javafx.concurrent.Task;

/** A task of ours as one of the toolkit's, for the control that lists them. Does nothing itself; waits on a thread that may. */
final class TaskMirror extends Task<Void> {
    private final TaskHandle<?> handle;

    TaskMirror(TaskHandle<?> handle) {
        this.handle = handle;
        updateTitle(handle.title());
        look();
    }

    /** Takes over what is known now. */
    void look() {
        TaskHandle.Status status = handle.status();
        updateMessage(status.step());
        if (status.fraction().isPresent()) {
            updateProgress(status.fraction().getAsDouble(), 1);
        } else {
            updateProgress(INDETERMINATE, 1);
        }
    }

    private static final double INDETERMINATE = -1;

    @Override
    @SuppressWarnings("NullAway") // a task without a result returns null
    protected Void call() {
        try {
            handle.result().join();
        } catch (CompletionException | CancellationException e) {
            // How it ended is told by the handle; here it is only over.
        }
        return null;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        handle.cancel();
        return false;
    }
}

package io.limelight.core.tenant;

import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a run says. */
final class RecordingReport implements TaskReport {
    final List<String> done = new CopyOnWriteArrayList<>();
    final List<String> steps = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> waits = new CopyOnWriteArrayList<>();

    @Override
    public void begin(TaskStep step) {
        steps.add(step.id());
    }

    @Override
    public void done(TaskStep step, String sentence, Duration took) {
        done.add(sentence);
    }

    @Override
    public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {
        waits.add(step.id() + " " + attempt + "/" + attempts + ": " + reason);
    }

    @Override
    public void warn(String sentence) {
        warnings.add(sentence);
    }

    /** Everything it heard. */
    String all() {
        return String.join("\n", done) + "\n" + String.join("\n", warnings) + "\n" + String.join("\n", waits);
    }
}

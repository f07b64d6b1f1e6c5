package io.limelight.core.tenant;

import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Tells a report when steps begin and how long they took. */
final class StepClock {
    private final TaskReport report;
    private final InstantSource clock;
    private Instant began = Instant.EPOCH;

    StepClock(TaskReport report, InstantSource clock) {
        this.report = report;
        this.clock = clock;
    }

    void begin(TaskStep step) {
        began = clock.instant();
        report.begin(step);
    }

    void done(TaskStep step, String sentence) {
        report.done(step, sentence, Duration.between(began, clock.instant()));
    }
}

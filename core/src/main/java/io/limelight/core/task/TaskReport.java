package io.limelight.core.task;

import java.time.Duration;

/**
 * What running work says about itself, as it happens. A command line prints it, a console draws it. Called by the thread
 * that does the work, one call at a time; nothing said here is a secret.
 */
public interface TaskReport {
    /** Nobody listens. */
    TaskReport SILENT = new TaskReport() {
        @Override
        public void begin(TaskStep step) {}

        @Override
        public void done(TaskStep step, String sentence, Duration took) {}

        @Override
        public void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts) {}

        @Override
        public void warn(String sentence) {}
    };

    /** A step begins. */
    void begin(TaskStep step);

    /**
     * A step succeeded.
     *
     * @param sentence what came of it
     * @param took since it began
     */
    void done(TaskStep step, String sentence, Duration took);

    /**
     * A step is tried again after a while.
     *
     * @param reason a sentence: why this try was in vain
     * @param delay until the next one
     * @param attempt the try that was in vain, from 1
     * @param attempts how many there are
     */
    void waiting(TaskStep step, String reason, Duration delay, int attempt, int attempts);

    /** Something to know that does not stop the work. */
    void warn(String sentence);
}

package io.limelight.core.tenant;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.task.TaskReport;
import io.limelight.core.task.TaskStep;
import java.time.Duration;

/**
 * Tries again until it works or the tries are used up.
 *
 * <p>What is waited for usually happens within milliseconds, while the configured interval is seconds. So the first wait
 * may be spent on a few early looks, which do not count as tries: a machine that is fast is not made to wait, and one that
 * is slow is asked only a handful of times more often than configured.
 */
final class Attempts {
    private static final Duration FIRST_LOOK = Duration.ofMillis(25);

    private final RetryPolicy policy;
    private final Cancellation cancellation;
    private final TaskReport report;

    Attempts(RetryPolicy policy, Cancellation cancellation, TaskReport report) {
        this.policy = policy;
        this.cancellation = cancellation;
        this.report = report;
    }

    /** What one try gave. */
    sealed interface Outcome<T> {
        /** It worked. */
        record Success<T>(T value) implements Outcome<T> {}

        /** Not yet, for this reason (a sentence). */
        record NotYet<T>(String reason) implements Outcome<T> {}
    }

    /** One try. */
    @FunctionalInterface
    interface Attempt<T> {
        Outcome<T> run() throws TenantException;
    }

    /** Tries; the outcome of the last try. */
    <T> Outcome<T> run(TaskStep step, Attempt<T> attempt) throws TenantException, CancelledException {
        return run(step, attempt, false);
    }

    /** As {@link #run}, looking early during the first wait. */
    <T> Outcome<T> runEagerly(TaskStep step, Attempt<T> attempt) throws TenantException, CancelledException {
        return run(step, attempt, true);
    }

    private <T> Outcome<T> run(TaskStep step, Attempt<T> attempt, boolean early)
            throws TenantException, CancelledException {
        for (int number = 1; ; number++) {
            cancellation.throwIfCancelled();
            Outcome<T> outcome = attempt.run();
            Duration delay = policy.delayAfter(number);
            if (early && number == 1 && policy.attempts() > 1 && outcome instanceof Outcome.NotYet<T>) {
                Duration left = delay;
                for (Duration pause = FIRST_LOOK;
                        outcome instanceof Outcome.NotYet<T> && pause.compareTo(left) < 0;
                        pause = pause.multipliedBy(2)) {
                    cancellation.sleep(pause);
                    left = left.minus(pause);
                    outcome = attempt.run();
                }
                delay = left;
            }
            if (number >= policy.attempts() || !(outcome instanceof Outcome.NotYet<T>(String reason))) {
                return outcome;
            }
            report.waiting(step, reason, delay, number, policy.attempts());
            cancellation.sleep(delay);
        }
    }
}

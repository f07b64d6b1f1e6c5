package io.limelight.console.work;

import io.limelight.core.task.Cancellation;

/** Something that takes long. */
@FunctionalInterface
public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    /**
     * Does it, on a thread of its own.
     *
     * @param progress says how far it is
     * @param cancellation is asked between steps
     * @throws io.limelight.console.problem.ProblemException what went wrong, for people
     * @throws io.limelight.core.task.CancelledException it was asked to stop
     */
    T run(Progress progress, Cancellation cancellation) throws Exception;
}

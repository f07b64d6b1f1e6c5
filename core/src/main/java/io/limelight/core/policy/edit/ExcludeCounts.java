package io.limelight.core.policy.edit;

import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.ExclusionRegexes.Outcome;
import io.limelight.core.policy.regex.PythonRegexException;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How much of what machines measured each exclusion hides. Each expression has the budget of one appraisal for all names together,
 * so that one that backtracks without end comes to an end as well: it is told to be too costly, and a verifier would exclude
 * nothing by it where it runs out.
 */
public final class ExcludeCounts {
    private ExcludeCounts() {}

    /**
     * What is known of one.
     *
     * @param pattern as written
     * @param result how it went
     */
    public record Count(String pattern, Result result) {}

    /** How it went with one. */
    public sealed interface Result {
        /**
         * It was tried on all rows.
         *
         * @param rows that it hides
         */
        record Hides(long rows) implements Result {}

        /**
         * It is none.
         *
         * @param reason the end of a sentence
         */
        record Invalid(String reason) implements Result {}

        /** It could not be tried within the budget. */
        record TooCostly() implements Result {}
    }

    /**
     * Counts; takes at most some tenths of a second for an expression, whatever it is.
     *
     * @throws CancelledException when it was cancelled
     */
    public static List<Count> count(Collection<String> patterns, MeasuredNames names, Cancellation cancellation)
            throws CancelledException {
        List<Count> counts = new ArrayList<>();
        for (String pattern : patterns) {
            counts.add(new Count(pattern, one(pattern, names, cancellation)));
        }
        return counts;
    }

    private static Result one(String pattern, MeasuredNames names, Cancellation cancellation)
            throws CancelledException {
        ExclusionRegexes alone;
        try {
            alone = ExclusionRegexes.compile(List.of(pattern));
        } catch (PythonRegexException e) {
            return new Result.Invalid(String.valueOf(e.getMessage()));
        }
        StepBudget budget = StepBudget.ofAppraisal();
        long hidden = 0;
        for (Map.Entry<String, Integer> name : names.rows().entrySet()) {
            cancellation.throwIfCancelled();
            switch (alone.lookAt(name.getKey(), budget)) {
                case Outcome.Matches _ -> hidden += name.getValue();
                case Outcome.No _ -> {}
                case Outcome.Undecided _ -> {
                    return new Result.TooCostly();
                }
            }
        }
        return new Result.Hides(hidden);
    }
}

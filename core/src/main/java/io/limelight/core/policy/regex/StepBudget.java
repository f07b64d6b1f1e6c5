package io.limelight.core.policy.regex;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much work expressions that need backtracking may still cause in one appraisal: counted in steps, not in time, so that the
 * same evidence always has the same verdict. Not for use by several threads.
 */
public final class StepBudget {
    /** About a tenth of a second on one core. */
    public static final long PER_APPRAISAL = 10_000_000;

    /** Characters times size of the expression, for expressions whose time is linear: a second or two. */
    private static final long LINEAR_WORK = 200_000_000;

    private long left;
    private long linearLeft = LINEAR_WORK;
    private @Nullable String spender;

    /** A budget of so many steps. */
    public StepBudget(long steps) {
        this.left = steps;
    }

    /** The usual budget of one appraisal. */
    public static StepBudget ofAppraisal() {
        return new StepBudget(PER_APPRAISAL);
    }

    boolean step() {
        return --left >= 0;
    }

    /** True once no expression that needs backtracking can be tried any more. */
    boolean stepsSpent() {
        return left <= 0;
    }

    /** Notes the expression that took the last step; the first one stays. */
    void spentBy(String pattern) {
        if (spender == null) {
            spender = pattern;
        }
    }

    /** The expression that took the last step, if it was an exclusion. */
    Optional<String> spender() {
        return Optional.ofNullable(spender);
    }

    boolean linearWork(long units) {
        linearLeft -= units;
        return linearLeft >= 0;
    }

    /** True once it was used up. */
    public boolean exhausted() {
        return left <= 0 || linearLeft <= 0;
    }
}

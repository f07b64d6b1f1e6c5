package io.limelight.core.policy.regex;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A list of expressions joined as Keylime joins them, {@code (a)|(b)|(c)}, and matched at the start of a text.
 *
 * <p>Joining has consequences that are part of the meaning: numbers of groups shift, names must differ across the list, a flag
 * such as {@code (?i)} stands in the middle and is an error, and one expression that is wrong alone may be right together with
 * its neighbour. So the joined text is parsed as a whole and then taken apart again at its top: every alternative that RE2/J can
 * run goes into one linear expression, and the rest are tried one by one.
 */
public final class ExclusionRegexes {
    /** Joined lists longer than this are refused. */
    public static final int MAX_TOTAL = 256 * 1024;

    /** More characters than any path the kernel prints (PATH_MAX): nothing of that length is a path, and none is matched. */
    public static final int MAX_CANDIDATE = 4096;

    private static final int MAX_SIZE = 200_000;

    /** An empty list: nothing matches. */
    public static final ExclusionRegexes NONE = new ExclusionRegexes(null, 0, List.of());

    /** What is known of one text. */
    public sealed interface Outcome {
        /** Some expression matches. */
        record Matches() implements Outcome {}

        /** None does. */
        record No() implements Outcome {}

        /** None that was decided does; this one is the reason why others were not: it could not be decided within the budget. */
        record Undecided(String pattern) implements Outcome {}
    }

    private static final Outcome MATCHES = new Outcome.Matches();
    private static final Outcome NO = new Outcome.No();

    private final @Nullable Pattern linear;
    private final int size;
    private final List<PythonRegex> others;

    private ExclusionRegexes(@Nullable Pattern linear, int size, List<PythonRegex> others) {
        this.linear = linear;
        this.size = size;
        this.others = List.copyOf(others);
    }

    /**
     * Joins and compiles.
     *
     * @throws PythonRegexException if Python would refuse the joined list, or it is too long
     */
    public static ExclusionRegexes compile(List<String> patterns) throws PythonRegexException {
        if (patterns.isEmpty()) {
            return NONE;
        }
        String joined = "(" + String.join(")|(", patterns) + ")";
        if (joined.length() > MAX_TOTAL) {
            throw PythonRegexException.tooLarge(
                    "all together are " + joined.length() + " characters long, more than " + MAX_TOTAL);
        }
        StringBuilder linear = new StringBuilder();
        int size = 0;
        List<PythonRegex> others = new ArrayList<>();
        for (PythonRegexParser.Branch branch : PythonRegexParser.parse(joined)) {
            PythonRegex alone = PythonRegex.of(patternAt(patterns, branch.start()), branch.rx(), false);
            size += alone.size();
            if (size > MAX_SIZE) {
                throw PythonRegexException.tooLarge("repetitions make it more than " + MAX_SIZE + " instructions long");
            }
            if (alone.isLinear()) {
                linear.append(linear.isEmpty() ? "(?:" : "|(?:")
                        .append(Re2Text.of(branch.rx()).orElseThrow())
                        .append(')');
            } else {
                others.add(alone);
            }
        }
        if (linear.isEmpty()) {
            return new ExclusionRegexes(null, 0, others);
        }
        Pattern joinedLinear = PythonRegex.compiled(linear.toString());
        if (joinedLinear == null) {
            throw PythonRegexException.tooLarge("all together are too much for one expression");
        }
        return new ExclusionRegexes(joinedLinear, size, others);
    }

    private static String patternAt(List<String> patterns, int start) {
        int from = 0;
        for (String pattern : patterns) {
            int length = pattern.codePointCount(0, pattern.length()) + 3;
            if (start < from + length) {
                return pattern;
            }
            from += length;
        }
        return patterns.getLast();
    }

    /** Whether one of them matches at the start of a text without line feeds. */
    public Outcome lookAt(String candidate, StepBudget budget) {
        if (candidate.length() > MAX_CANDIDATE || candidate.indexOf('\n') >= 0) {
            return NO;
        }
        @Nullable Outcome undecided = null;
        if (linear != null) {
            if (!budget.linearWork((long) candidate.length() * (1 + size / 64))) {
                undecided = new Outcome.Undecided("(all of them: too many or too long paths had to be compared)");
            } else if (linear.matcher(candidate).lookingAt()) {
                return MATCHES;
            }
        }
        for (PythonRegex other : others) {
            // Without steps all of them are undecided, and trying each would be work that nothing counts. The one to
            // name is
            // the one that took the steps, not those that found none left.
            if (budget.stepsSpent()) {
                return undecided == null
                        ? new Outcome.Undecided(budget.spender().orElse(other.text()))
                        : undecided;
            }
            Optional<Boolean> matches = other.matches(candidate, budget);
            if (matches.isEmpty()) {
                if (budget.stepsSpent()) {
                    budget.spentBy(other.text());
                }
                undecided = undecided == null ? new Outcome.Undecided(other.text()) : undecided;
            } else if (matches.get()) {
                return MATCHES;
            }
        }
        return undecided == null ? NO : undecided;
    }

    /** Those that only backtracking can decide. */
    public List<String> needingBudget() {
        return others.stream().map(PythonRegex::text).toList();
    }

    /** True if nothing can match. */
    public boolean isEmpty() {
        return linear == null && others.isEmpty();
    }
}

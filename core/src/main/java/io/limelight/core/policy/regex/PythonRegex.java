package io.limelight.core.policy.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One expression with the meaning Python's {@code re} gives it, immutable and safe for several threads.
 *
 * <p>Where it has a linear equivalent RE2/J runs it, whose time is bounded by the lengths of expression and text. Everything else
 * runs on a machine of our own that counts its steps against the budget of the appraisal ({@link StepBudget}); when that is used
 * up the answer is "not known", which callers must take for the unfavourable one. An expression whose repetitions would make it
 * too large is never known either.
 */
public final class PythonRegex {
    /** Longer expressions are refused. */
    public static final int MAX_LENGTH = 64 * 1024;

    private final String text;
    private final @Nullable Pattern linear;
    private final @Nullable Program program;

    private PythonRegex(String text, @Nullable Pattern linear, @Nullable Program program) {
        this.text = text;
        this.linear = linear;
        this.program = program;
    }

    /**
     * For {@link #matches}: {@code re.fullmatch}.
     *
     * @throws PythonRegexException if Python would refuse it, or it is too long
     */
    public static PythonRegex forWhole(String pattern) throws PythonRegexException {
        checkLength(pattern);
        List<PythonRegexParser.Branch> branches = PythonRegexParser.parse(pattern);
        List<Rx> choices = new ArrayList<>();
        branches.forEach(branch -> choices.add(branch.rx()));
        return of(pattern, new Rx.Alternatives(choices), true);
    }

    static void checkLength(String pattern) throws PythonRegexException {
        if (pattern.length() > MAX_LENGTH) {
            throw PythonRegexException.tooLarge(
                    "it is " + pattern.length() + " characters long, more than " + MAX_LENGTH);
        }
    }

    static PythonRegex of(String text, Rx rx, boolean whole) {
        Program program;
        try {
            program = Program.of(rx, highestGroup(rx), whole);
        } catch (PythonRegexException e) {
            program = null;
        }
        // RE2/J bounds no nested repetitions; what was too large for us is not tried on it.
        return new PythonRegex(text, program == null ? null : linear(rx, whole), program);
    }

    private static @Nullable Pattern linear(Rx rx, boolean whole) {
        Optional<String> written = Re2Text.of(rx);
        return written.isEmpty() ? null : compiled("(?:" + written.get() + ")" + (whole ? "\\z" : ""));
    }

    static @Nullable Pattern compiled(String written) {
        try {
            return Pattern.compile(written);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private static int highestGroup(Rx rx) {
        return switch (rx) {
            case Rx.Literal l -> 0;
            case Rx.Any a -> 0;
            case Rx.OneOf o -> 0;
            case Rx.At a -> 0;
            case Rx.BackReference b -> b.group();
            case Rx.Group g -> Math.max(g.index(), highestGroup(g.body()));
            case Rx.Repeat r -> highestGroup(r.body());
            case Rx.Look l -> highestGroup(l.body());
            case Rx.Atomic a -> highestGroup(a.body());
            case Rx.Conditional c -> Math.max(c.group(), Math.max(highestGroup(c.yes()), highestGroup(c.no())));
            case Rx.Concat c -> highestGroup(c.parts());
            case Rx.Alternatives a -> highestGroup(a.choices());
        };
    }

    private static int highestGroup(List<Rx> parts) {
        int highest = 0;
        for (Rx part : parts) {
            highest = Math.max(highest, highestGroup(part));
        }
        return highest;
    }

    /** As it was written. */
    public String text() {
        return text;
    }

    /** Whether time is bounded without a budget. */
    public boolean isLinear() {
        return linear != null;
    }

    int size() {
        return program == null ? 0 : program.size();
    }

    /** Whether it matches as it was made to: at the start, or the whole text. Empty if that is not known within the budget. */
    public Optional<Boolean> matches(String candidate, StepBudget budget) {
        if (linear != null && candidate.indexOf('\n') < 0) {
            return Optional.of(linear.matcher(candidate).lookingAt());
        }
        return program == null ? Optional.empty() : program.matchesAtStart(candidate, budget);
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.limelight.core.policy.runtime;

import io.limelight.core.policy.regex.PythonRegex;
import io.limelight.core.policy.regex.StepBudget;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reference value of a device mapper attribute. */
public sealed interface DmValue {
    /** JSON null: every value fits, also none. */
    record Anything() implements DmValue {}

    /** JSON true or false: what the attribute's text stands for. */
    record Flag(boolean value) implements DmValue {}

    /** A JSON number: the attribute read as a whole number. */
    record WholeNumber(BigInteger value) implements DmValue {}

    /** A JSON text: a regular expression for the whole attribute. */
    record Text(PythonRegex value) implements DmValue {}

    /** Texts that are true; everything else is not. */
    Set<String> TRUE = Set.of("y", "yes", "t", "true", "on", "1");

    /** Whether an attribute's value fits; null stands for an attribute that is not there. */
    default boolean accepts(@Nullable String actual, StepBudget budget) {
        return switch (this) {
            case Anything a -> true;
            case Flag flag -> actual != null && TRUE.contains(actual.toLowerCase(Locale.ROOT)) == flag.value();
            case WholeNumber number ->
                actual != null && isNumber(actual) && new BigInteger(actual).equals(number.value());
            case Text text ->
                actual != null && text.value().matches(actual, budget).orElse(false);
        };
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 40 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** For people. */
    default String shown() {
        return switch (this) {
            case Anything a -> "anything";
            case Flag flag -> Boolean.toString(flag.value());
            case WholeNumber number -> number.value().toString();
            case Text text -> text.value().text();
        };
    }
}

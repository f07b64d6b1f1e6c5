package io.limelight.core.policy.runtime;

import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.PythonRegexException;
import java.util.List;
import java.util.Optional;

/**
 * The expressions whose paths are not judged.
 *
 * <p>A list Python could not compile as a whole excludes nothing, as in Keylime; here the reason is kept, to be shown.
 *
 * @param patterns as written
 * @param regexes the list compiled; matches nothing if {@code problem} is present
 * @param problem why the list cannot be used
 */
public record Excludes(List<String> patterns, ExclusionRegexes regexes, Optional<String> problem) {
    /** Copies the list. */
    public Excludes {
        patterns = List.copyOf(patterns);
    }

    static Excludes of(List<String> patterns) {
        try {
            return new Excludes(patterns, ExclusionRegexes.compile(patterns), Optional.empty());
        } catch (PythonRegexException e) {
            return new Excludes(patterns, ExclusionRegexes.NONE, Optional.of(String.valueOf(e.getMessage())));
        }
    }
}

package io.limelight.core.policy.create;

import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.PythonRegexException;
import java.util.ArrayList;
import java.util.List;

/** A list of exclusions: one expression of Python's {@code re} on every line that is not blank. */
public final class ExcludeListText {
    private ExcludeListText() {}

    /**
     * The expressions.
     *
     * @param comments whether lines that start with {@code #} are none ({@code convert}); {@code create} takes every line
     * @throws PolicySourceException naming the first that Python would not compile: one wrong expression makes the whole list
     *     exclude nothing
     */
    public static List<String> read(String list, boolean comments) throws PolicySourceException {
        List<String> patterns = new ArrayList<>();
        for (String raw : (Iterable<String>) list.lines()::iterator) {
            String line = raw.strip();
            if (line.isEmpty() || (comments && line.startsWith("#"))) {
                continue;
            }
            try {
                ExclusionRegexes.compile(List.of(line));
            } catch (PythonRegexException e) {
                throw new PolicySourceException(
                        "Bad IMA exclude list rule '" + line + "': Invalid regex: " + e.getMessage() + ".", e);
            }
            patterns.add(line);
        }
        return patterns;
    }
}

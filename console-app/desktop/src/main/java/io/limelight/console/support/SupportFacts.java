package io.limelight.console.support;

import io.limelight.console.problem.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a bundle is made of, before it is masked.
 *
 * @param at when
 * @param versions of the program and of what it runs on
 * @param settings how the console behaves
 * @param profile how the fleet is reached; empty: none is open
 * @param problems the latest ones, oldest first
 * @param log the console's own; empty: there is none
 * @param names what must not be read by whoever gets it, by its kind: {@code machine}, {@code host}
 */
public record SupportFacts(
        Instant at,
        Map<String, String> versions,
        Map<String, String> settings,
        Map<String, String> profile,
        List<RecentProblems.Seen> problems,
        Optional<Path> log,
        Map<String, Set<String>> names) {
    /** Copies, in the order given. */
    public SupportFacts {
        versions = new LinkedHashMap<>(versions);
        settings = new LinkedHashMap<>(settings);
        profile = new LinkedHashMap<>(profile);
        problems = List.copyOf(problems);
        names = new LinkedHashMap<>(names);
    }

    /** A problem as text, unmasked. */
    static String text(Problem problem) {
        StringBuilder text = new StringBuilder();
        text.append(problem.code()).append('\n').append(problem.whatHappened()).append('\n');
        problem.likelyCauses().forEach(cause -> text.append("? ").append(cause).append('\n'));
        problem.whatToDo().forEach(act -> text.append("> ").append(act).append('\n'));
        if (!problem.details().isBlank()) {
            text.append(problem.details()).append('\n');
        }
        return text.toString();
    }
}

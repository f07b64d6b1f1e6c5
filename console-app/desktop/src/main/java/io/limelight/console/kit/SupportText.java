package io.limelight.console.kit;

import io.limelight.console.problem.Problem;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A problem as text to send to somebody: ids, addresses, host names, digests and people's folders are replaced by numbered words, the
 * same one by the same number, so that it can still be followed.
 */
public final class SupportText {
    /** The order matters: the more telling form first. */
    private static final Map<String, Pattern> MASKED = masked();

    private SupportText() {}

    private static Map<String, Pattern> masked() {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        patterns.put("url-host", Pattern.compile("(?<=://)[^/\\s:?#\\[\\]]+"));
        patterns.put("id", Pattern.compile("(?i)\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b"));
        patterns.put("digest", Pattern.compile("(?i)\\b(?:[0-9a-f]{2}:){7,}[0-9a-f]{2}\\b|\\b[0-9a-f]{16,}\\b"));
        patterns.put("base64", Pattern.compile("(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}"));
        patterns.put("address", Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b"));
        patterns.put(
                "address6", Pattern.compile("(?i)(?<![0-9a-z:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?![0-9a-z:])"));
        patterns.put("mail", Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+"));
        patterns.put("user", Pattern.compile("(?<=/home/|/Users/|\\\\Users\\\\)[^/\\\\\\s:]+"));
        patterns.put(
                "host",
                Pattern.compile("(?i)\\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*(?=:\\d{1,5}\\b)"));
        return patterns;
    }

    /** Of a problem. */
    public static String of(Problem problem) {
        StringBuilder text = new StringBuilder();
        text.append(problem.code()).append('\n').append(problem.whatHappened()).append('\n');
        problem.likelyCauses().forEach(cause -> text.append("? ").append(cause).append('\n'));
        problem.whatToDo().forEach(act -> text.append("> ").append(act).append('\n'));
        if (!problem.details().isBlank()) {
            text.append('\n').append(problem.details()).append('\n');
        }
        return mask(text.toString());
    }

    /** Masks a text. */
    public static String mask(String text) {
        String masked = text;
        for (Map.Entry<String, Pattern> kind : MASKED.entrySet()) {
            Map<String, String> names = new LinkedHashMap<>();
            Matcher matcher = kind.getValue().matcher(masked);
            StringBuilder result = new StringBuilder();
            while (matcher.find()) {
                String name = names.computeIfAbsent(
                        matcher.group(), found -> "<" + kind.getKey() + "-" + (names.size() + 1) + ">");
                matcher.appendReplacement(result, Matcher.quoteReplacement(name));
            }
            matcher.appendTail(result);
            masked = result.toString();
        }
        return masked;
    }
}

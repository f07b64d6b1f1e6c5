package io.limelight.console.activity;

import io.limelight.console.records.ActivityRow;
import io.limelight.console.words.Words;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A row for people. A row that was altered by hand may hold anything: what cannot be read is shown as it is, and nothing fails.
 *
 * @param row as it is kept
 * @param at when; null: the text is no time
 * @param source {@code own}, {@code verifier}, {@code console}, or what else stands there
 * @param text what happened, in words
 * @param objects with the names people gave them
 * @param facts by name
 */
public record ActivityEntry(
        ActivityRow row,
        @org.jspecify.annotations.Nullable Instant at,
        String source,
        String text,
        List<String> objects,
        Map<String, String> facts) {
    private static final int SHOWN = 300;

    /** Copies. */
    public ActivityEntry {
        objects = List.copyOf(objects);
        facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** Of a row. */
    static ActivityEntry of(ActivityRow row, Words words, UnaryOperator<String> names) {
        String key = "activity.act." + row.kind();
        String text = words.of(key);
        return new ActivityEntry(
                row,
                time(row.at()),
                row.source(),
                text.equals(key) ? printable(row.kind()) : text,
                objects(row.objects()).stream().map(names).toList(),
                facts(row.facts()));
    }

    private static @org.jspecify.annotations.Nullable Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static List<String> objects(String json) {
        try {
            JsonNode node = WireJson.parse(json);
            List<String> objects = new ArrayList<>();
            node.forEach(each -> objects.add(printable(each.isString() ? each.asString() : each.toString())));
            return objects;
        } catch (IOException e) {
            return List.of(printable(json));
        }
    }

    private static Map<String, String> facts(String json) {
        Map<String, String> facts = new LinkedHashMap<>();
        try {
            WireJson.parse(json)
                    .properties()
                    .forEach(fact -> facts.put(
                            printable(fact.getKey()),
                            printable(
                                    fact.getValue().isString()
                                            ? fact.getValue().asString()
                                            : fact.getValue().toString())));
        } catch (IOException e) {
            facts.put("?", printable(json));
        }
        return facts;
    }

    /** What a file says may hold anything: controls and marks that reorder a line are replaced. */
    private static String printable(String text) {
        String shown = text.codePoints()
                .limit(4 * SHOWN)
                .map(c -> Character.isISOControl(c)
                                || Character.getType(c) == Character.FORMAT
                                || Character.getType(c) == Character.LINE_SEPARATOR
                                || Character.getType(c) == Character.PARAGRAPH_SEPARATOR
                        ? '\ufffd'
                        : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return shown;
    }

    /** What it was done to, in one line. */
    String objectsText(Words words) {
        if (objects.size() > 3) {
            return words.of("activity.objects", objects.getFirst(), objects.size() - 1);
        }
        return String.join(", ", objects);
    }

    /** How it ended, in words. */
    String outcomeText(Words words) {
        String key = "activity.outcome." + row.outcome();
        String text = words.of(key);
        return text.equals(key) ? printable(row.outcome()) : text;
    }

    /** Who, in words. */
    String sourceText(Words words) {
        String key = "activity.source." + source;
        String text = words.of(key);
        return text.equals(key) ? printable(source) : text;
    }

    /** All that is searched. */
    String haystack(Words words) {
        return (text + " " + row.kind() + " " + String.join(" ", objects) + " " + row.objects() + " "
                        + facts.values().stream().collect(Collectors.joining(" ")) + " " + outcomeText(words))
                .toLowerCase(Locale.ROOT);
    }
}

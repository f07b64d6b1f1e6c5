package io.limelight.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** The agent's file: TOML with one table, {@code [agent]}. */
final class TomlFile {
    private static final String TABLE = "agent";
    /** The library's parser calls itself for each level; real files have one. */
    private static final int MAX_BRACKETS_IN_A_LINE = 64;

    /** {@code name = word}, where the word is no number, no truth value, and not in quotes. */
    private static final Pattern UNQUOTED =
            Pattern.compile("\\s*[A-Za-z0-9_-]+\\s*=\\s*(?!true\\b|false\\b)[A-Za-z/][^\"']*");

    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*[\"']?([A-Za-z0-9_-]+)[\"']?\\s*=");

    private final Map<String, ConfigValue> values = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private TomlFile() {}

    /** Parses a file; {@code origin} is its name. */
    static TomlFile parse(String text, String origin) throws ConfigException {
        refuseDeepNesting(text, origin);
        JsonNode tree;
        try {
            tree = new TomlMapper().readTree(text);
        } catch (JacksonException e) {
            if (e.getOriginalMessage().startsWith("Duplicate key")) {
                refuseDuplicate(text, origin);
            }
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new ConfigException(
                    origin + ":" + line + ": not TOML: " + e.getOriginalMessage() + hint(text, line), e);
        }
        TomlFile file = new TomlFile();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            if (!entry.getKey().equals(TABLE)) {
                file.warnings.add(origin + ":" + lineOf(text, entry.getKey()) + ": " + entry.getKey()
                        + " stands outside [agent] and is ignored");
            }
        }
        for (Map.Entry<String, JsonNode> entry : tree.path(TABLE).properties()) {
            JsonNode value = entry.getValue();
            String source = origin + ":" + lineOf(text, entry.getKey());
            if (!value.isString() && !value.isNumber() && !value.isBoolean()) {
                throw new ConfigException(source + ": " + entry.getKey()
                        + " must be a string, a number, true or false; lists are strings here: \"a, b\"");
            }
            file.values.put(entry.getKey(), new ConfigValue(value.asString(), source));
        }
        return file;
    }

    /** The mistake of those who know the other components' files, where text needs no quotes. */
    private static String hint(String text, int line) {
        String[] lines = text.split("\n", -1);
        String wrong = line <= lines.length ? lines[line - 1] : "";
        return UNQUOTED.matcher(wrong).matches() ? "; text stands in quotes here: name = \"text\"" : "";
    }

    /** The parser says neither which key it is nor its line, only where it was when it noticed. */
    private static void refuseDuplicate(String text, String origin) throws ConfigException {
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.strip().startsWith("[")) {
                // The next table; what stands in several is no mistake.
                seen.clear();
            }
            Matcher assignment = ASSIGNMENT.matcher(line);
            if (assignment.lookingAt() && !seen.add(assignment.group(1))) {
                throw new ConfigException(
                        origin + ":" + number + ": not TOML: " + assignment.group(1) + " stands twice");
            }
        }
    }

    private static void refuseDeepNesting(String text, String origin) throws ConfigException {
        int number = 0;
        int open = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                open += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
                if (open > MAX_BRACKETS_IN_A_LINE) {
                    throw new ConfigException(origin + ":" + number + ": brackets are nested too deep");
                }
            }
        }
        if (text.chars().filter(c -> c == '.').count() > MAX_DOTS) {
            throw new ConfigException(origin + " has more dots than an agent.conf can need");
        }
    }

    private static final int MAX_DOTS = 20_000;

    /** The options of {@code [agent]}, with the line each stands on. */
    Map<String, ConfigValue> values() {
        return values;
    }

    /** What is in the file but reaches nobody. */
    List<String> warnings() {
        return warnings;
    }

    /** The parser keeps no places; the first line that looks like the assignment or the table is it. */
    private static int lineOf(String text, String name) {
        Pattern assignment = Pattern.compile("^\\s*(agent\\s*\\.\\s*)?[\"']?" + Pattern.quote(name)
                + "[\"']?\\s*[=.].*|^\\s*\\[\\[?\\s*[\"']?" + Pattern.quote(name) + ".*");
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (assignment.matcher(line).matches()) {
                return number;
            }
        }
        return 1;
    }
}

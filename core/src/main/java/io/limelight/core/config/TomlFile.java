package io.limelight.core.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** The agent's file: TOML with one table, {@code [agent]}. */
final class TomlFile {
    private static final TomlMapper MAPPER = new TomlMapper();

    private TomlFile() {}

    /** The options of {@code [agent]}, with the line each stands on. */
    static Map<String, ConfigValue> parse(String text, String origin) throws ConfigException {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new ConfigException(
                    origin + ":"
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + ": not TOML: "
                            + e.getOriginalMessage(),
                    e);
        }
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : tree.path("agent").properties()) {
            JsonNode value = entry.getValue();
            String source = origin + ":" + lineOf(text, entry.getKey());
            if (value.isContainer()) {
                throw new ConfigException(source + ": " + entry.getKey()
                        + " must be a string, a number, true or false; lists are strings here: \"a, b\"");
            }
            values.put(entry.getKey(), new ConfigValue(value.asString(), source));
        }
        return values;
    }

    private static int lineOf(String text, String name) {
        Pattern assignment = Pattern.compile("^\\s*\"?" + Pattern.quote(name) + "\"?\\s*=.*");
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

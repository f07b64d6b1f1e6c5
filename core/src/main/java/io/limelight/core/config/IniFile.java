package io.limelight.core.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The INI dialect of Keylime's Python components: sections in brackets, {@code name = value} or {@code name: value}, comment
 * lines with {@code #} or {@code ;}, indented lines continue the value above, no inline comments, names without regard to
 * case, the same option twice is an error.
 */
final class IniFile {
    private final Map<String, Map<String, ConfigValue>> sections = new LinkedHashMap<>();

    private IniFile() {}

    static IniFile parse(String text, String origin) throws ConfigException {
        IniFile file = new IniFile();
        String section = null;
        String lastName = null;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith(";")) {
                continue;
            }
            boolean indented = Character.isWhitespace(line.charAt(0));
            if (indented && lastName != null && section != null) {
                file.append(section, lastName, stripped);
                continue;
            }
            if (stripped.startsWith("[")) {
                int end = stripped.indexOf(']');
                if (end < 0) {
                    throw new ConfigException(origin + ":" + number + ": a section name without its closing bracket");
                }
                section = stripped.substring(1, end).strip();
                lastName = null;
                file.sections.computeIfAbsent(section, _ -> new LinkedHashMap<>());
                continue;
            }
            int separator = separator(stripped);
            if (separator < 0) {
                throw new ConfigException(
                        origin + ":" + number + ": neither a section, nor name = value, nor a comment");
            }
            if (section == null) {
                throw new ConfigException(origin + ":" + number + ": an option before the first [section]");
            }
            lastName = stripped.substring(0, separator).strip().toLowerCase(Locale.ROOT);
            file.put(section, lastName, stripped.substring(separator + 1).strip(), origin, number);
        }
        return file;
    }

    private static int separator(String line) {
        int equals = line.indexOf('=');
        int colon = line.indexOf(':');
        if (equals < 0 || (colon >= 0 && colon < equals)) {
            return colon;
        }
        return equals;
    }

    private void put(String section, String name, String text, String origin, int number) throws ConfigException {
        Map<String, ConfigValue> options = sections.computeIfAbsent(section, _ -> new LinkedHashMap<>());
        ConfigValue earlier = options.putIfAbsent(name, new ConfigValue(text, origin + ":" + number));
        if (earlier != null) {
            throw new ConfigException(
                    origin + ":" + number + ": " + name + " is already set at " + earlier.source() + "; remove one");
        }
    }

    private void append(String section, String name, String more) {
        sections.computeIfAbsent(section, _ -> new LinkedHashMap<>())
                .computeIfPresent(name, (_, value) -> new ConfigValue(value.text() + "\n" + more, value.source()));
    }

    /** All sections with their options. */
    Map<String, Map<String, ConfigValue>> sections() {
        return sections;
    }

    Optional<ConfigValue> find(String section, String name) {
        return Optional.ofNullable(sections.getOrDefault(section, Map.of()).get(name));
    }
}

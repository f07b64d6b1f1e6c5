package io.limelight.core.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The INI dialect of Keylime's Python components: sections in brackets, {@code name = value} or {@code name: value}, comment
 * lines with {@code #} or {@code ;}, no inline comments, no interpolation, names without regard to case; a line indented
 * deeper than the option above continues its value; the same section or option twice is an error.
 */
final class IniFile {
    private final String origin;
    private final Map<String, Map<String, ConfigValue>> sections = new LinkedHashMap<>();
    private @Nullable String section;
    private @Nullable String option;
    private int optionIndent;

    private IniFile(String origin) {
        this.origin = origin;
    }

    /**
     * Parses a file.
     *
     * @param text with {@code \n} line ends
     * @param origin the file's name, for the source of its values and for errors
     */
    static IniFile parse(String text, String origin) throws ConfigException {
        IniFile file = new IniFile(origin);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#") && !stripped.startsWith(";")) {
                file.line(stripped, line.length() - line.stripLeading().length(), number);
            }
        }
        return file;
    }

    private void line(String stripped, int indent, int number) throws ConfigException {
        String open = option;
        if (open != null && section != null && indent > optionIndent) {
            options(section)
                    .computeIfPresent(
                            open, (_, value) -> new ConfigValue(value.text() + "\n" + stripped, value.source()));
        } else if (stripped.startsWith("[")) {
            header(stripped, number);
        } else {
            option(stripped, indent, number);
        }
    }

    private void header(String stripped, int number) throws ConfigException {
        int end = stripped.indexOf(']');
        if (end < 0) {
            throw problem(number, "a section name without its closing bracket");
        }
        String name = stripped.substring(1, end);
        if (sections.putIfAbsent(name, new LinkedHashMap<>()) != null) {
            throw problem(number, "the section [" + name + "] is there already; put its options together");
        }
        section = name;
        option = null;
    }

    private void option(String stripped, int indent, int number) throws ConfigException {
        int separator = separator(stripped);
        if (separator < 0) {
            throw problem(number, "neither a section, nor name = value, nor a comment");
        }
        if (section == null) {
            throw problem(number, "an option before the first [section]");
        }
        String name = stripped.substring(0, separator).strip().toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            throw problem(number, "a value without a name");
        }
        String text = stripped.substring(separator + 1).strip();
        ConfigValue earlier = options(section).putIfAbsent(name, new ConfigValue(text, origin + ":" + number));
        if (earlier != null) {
            throw problem(number, name + " is already set at " + earlier.source() + "; remove one");
        }
        option = name;
        optionIndent = indent;
    }

    private Map<String, ConfigValue> options(String name) {
        return sections.computeIfAbsent(name, _ -> new LinkedHashMap<>());
    }

    /** The first of the two. */
    private static int separator(String line) {
        int equals = line.indexOf('=');
        int colon = line.indexOf(':');
        return equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
    }

    private ConfigException problem(int number, String what) {
        return new ConfigException(origin + ":" + number + ": " + what);
    }

    /** All sections with their options. */
    Map<String, Map<String, ConfigValue>> sections() {
        return sections;
    }

    Optional<ConfigValue> find(String sectionName, String optionName) {
        return Optional.ofNullable(sections.getOrDefault(sectionName, Map.of()).get(optionName));
    }
}

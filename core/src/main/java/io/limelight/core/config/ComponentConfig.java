package io.limelight.core.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration of one component. Getters read a value by the type of its option and refuse a bad one with
 * the place where it stands.
 */
public final class ComponentConfig {
    private final OptionCatalogue catalogue;
    private final Map<String, ConfigValue> values;
    private final Path workDir;
    private final Path root;
    private final List<String> warnings;

    ComponentConfig(
            OptionCatalogue catalogue,
            Map<String, ConfigValue> values,
            Path workDir,
            Path root,
            List<String> warnings) {
        this.catalogue = catalogue;
        this.values = values;
        this.workDir = workDir;
        this.root = root;
        this.warnings = List.copyOf(warnings);
    }

    /** Whose configuration it is. */
    public Component component() {
        return catalogue.component();
    }

    /** {@code /var/lib/keylime}, {@code KEYLIME_DIR} or the agent's {@code keylime_dir}. */
    public Path workDir() {
        return workDir;
    }

    /** What {@code /} of absolute default paths means; another folder in a sandbox. */
    public Path root() {
        return root;
    }

    /** Things that do not stop the start but that somebody should read: unknown names, unreadable files, odd values. */
    public List<String> warnings() {
        return warnings;
    }

    /** One line of {@code config show}. */
    public record Shown(ConfigOption option, ConfigValue value) {
        /** The value with secrets hidden. */
        public String visibleText() {
            return option.secret() && !value.text().isEmpty() ? "(hidden)" : value.text();
        }
    }

    /** Every option with its value, in the order of the shipped files. */
    public List<Shown> all() {
        List<Shown> all = new ArrayList<>();
        for (ConfigOption option : catalogue.all()) {
            all.add(new Shown(option, value(option)));
        }
        return all;
    }

    /** The value of an option of the component's main section, with its source. */
    public ConfigValue value(String name) {
        return value(option(catalogue.component().fileName(), name));
    }

    private ConfigValue value(ConfigOption option) {
        ConfigValue value = values.get(OptionCatalogue.key(option.section(), option.name()));
        return value == null ? new ConfigValue(option.defaultText(), "default") : value;
    }

    private ConfigOption option(String section, String name) {
        return catalogue
                .find(section, name)
                .orElseThrow(() -> new IllegalArgumentException("no option " + name + " in " + section));
    }

    /** The text. */
    public String text(String name) {
        return value(name).text();
    }

    /** The text unless it is empty. */
    public Optional<String> optionalText(String name) {
        return Optional.of(text(name)).filter(text -> !text.isEmpty());
    }

    /** A password as characters; empty when none is set. */
    public char[] password(String name) {
        return text(name).toCharArray();
    }

    /** A whole number within bounds. */
    public int integer(String name, int least, int most) throws ConfigException {
        ConfigValue value = value(name);
        try {
            int number = Integer.parseInt(value.text().strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(name, value, "a whole number from " + least + " to " + most, e);
        }
        throw bad(name, value, "a whole number from " + least + " to " + most, null);
    }

    /** A port, 0 meaning any free one. */
    public int port(String name) throws ConfigException {
        return integer(name, 0, 65535);
    }

    /** A number that is not negative. */
    public double decimal(String name) throws ConfigException {
        ConfigValue value = value(name);
        try {
            double number = Double.parseDouble(value.text().strip());
            if (number >= 0 && number <= 1e9) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw bad(name, value, "a number", e);
        }
        throw bad(name, value, "a number from 0 to 1000000000", null);
    }

    /** Yes or no, in the words of either file format. */
    public boolean bool(String name) throws ConfigException {
        ConfigValue value = value(name);
        return switch (value.text().strip().toLowerCase(Locale.ROOT)) {
            case "1", "yes", "true", "on" -> true;
            case "0", "no", "false", "off" -> false;
            default -> throw bad(name, value, "true or false", null);
        };
    }

    /** One of the words given. */
    public String word(String name, List<String> allowed) throws ConfigException {
        ConfigValue value = value(name);
        if (!allowed.contains(value.text())) {
            throw bad(name, value, "one of " + String.join(", ", allowed), null);
        }
        return value.text();
    }

    /** A list, in the syntax of the option's file. */
    public List<String> list(String name) throws ConfigException {
        ConfigOption option = option(catalogue.component().fileName(), name);
        ConfigValue value = value(option);
        String text = value.text().strip();
        if (option.type() == OptionType.WORDS) {
            return words(text);
        }
        if (option.type() == OptionType.LIST_OR_WORD && !text.startsWith("[")) {
            return List.of(text);
        }
        try {
            return PythonList.parse(text);
        } catch (IllegalArgumentException e) {
            throw bad(name, value, "a list such as ['a', 'b']: " + e.getMessage(), e);
        }
    }

    private static List<String> words(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        List<String> words = new ArrayList<>();
        for (String word : bare.split("[,\\s]+", -1)) {
            String unquoted = word.replaceAll("^[\"']|[\"']$", "");
            if (!unquoted.isEmpty()) {
                words.add(unquoted);
            }
        }
        return words;
    }

    /** A path: {@code default} or empty becomes the given name; relative ones start at the base. */
    public Path path(String name, Path base, String defaultName) {
        String text = text(name);
        if (text.isEmpty() || text.equals("default")) {
            return base.resolve(defaultName);
        }
        return base.resolve(text);
    }

    /** The error for a value that cannot be used, with file and line. */
    public ConfigException refuse(String name, String reason) {
        ConfigValue value = value(name);
        return new ConfigException(value.source() + ": " + name + " = " + shown(name, value) + ": " + reason);
    }

    private ConfigException bad(String name, ConfigValue value, String expected, @Nullable Throwable cause) {
        return new ConfigException(
                value.source() + ": " + name + " = " + shown(name, value) + " is not " + expected, cause);
    }

    private String shown(String name, ConfigValue value) {
        return name.contains("password") ? "(hidden)" : "\"" + value.text() + "\"";
    }
}

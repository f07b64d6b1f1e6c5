package io.limelight.core.config;

import io.limelight.core.config.OptionText.Mismatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The effective configuration of one component. Getters read a value by the type of its option and refuse a bad one with
 * the place where it stands.
 *
 * <p>An option is named as in its file; one outside the component's main section with its section in front:
 * {@code revocations.webhook_url}.
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

    /** Things that do not stop the start but that somebody should read: unknown names, unused files, odd values. */
    public List<String> warnings() {
        return warnings;
    }

    /** One line of {@code config show}. */
    public record Shown(ConfigOption option, ConfigValue value) {
        /** The value with secrets hidden. */
        public String visibleText() {
            return option.secret() && !value.text().isEmpty() ? HIDDEN : withoutUrlPasswords(value.text());
        }
    }

    private static final String HIDDEN = "(hidden)";

    private static String withoutUrlPasswords(String text) {
        // A password may have a slash in it, and one with an @ is badly written but a password all the same.
        return text.replaceAll("(://[^@:\\s]*:)\\S*@", "$1" + HIDDEN + "@")
                .replaceAll("(?i)([?&](?:ssl)?password=)[^&\\s]*", "$1" + HIDDEN);
    }

    /** Every option with its value, in the order of the shipped files. */
    public List<Shown> all() {
        List<Shown> all = new ArrayList<>();
        for (ConfigOption option : catalogue.all()) {
            all.add(new Shown(option, value(option)));
        }
        return all;
    }

    /** The value of an option, with its source. */
    public ConfigValue value(String name) {
        return value(option(name));
    }

    private ConfigValue value(ConfigOption option) {
        ConfigValue value = values.get(OptionCatalogue.key(option.section(), option.name()));
        return value == null ? new ConfigValue(option.defaultText(), ConfigValue.DEFAULT) : value;
    }

    private ConfigOption option(String name) {
        int dot = name.indexOf('.');
        String section = dot < 0 ? catalogue.component().fileName() : name.substring(0, dot);
        return catalogue
                .find(section, name.substring(dot + 1))
                .orElseThrow(() -> new IllegalArgumentException("no option " + name));
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
        try {
            return OptionText.integer(text(name), least, most);
        } catch (Mismatch e) {
            throw bad(option(name), e);
        }
    }

    /** A port, 0 meaning any free one. */
    public int port(String name) throws ConfigException {
        return integer(name, 0, 65535);
    }

    /** A number that is not negative. */
    public double decimal(String name) throws ConfigException {
        try {
            return OptionText.decimal(text(name));
        } catch (Mismatch e) {
            throw bad(option(name), e);
        }
    }

    /** Yes or no, in the words of either file format. */
    public boolean bool(String name) throws ConfigException {
        try {
            return OptionText.bool(text(name));
        } catch (Mismatch e) {
            throw bad(option(name), e);
        }
    }

    /** One of the words given. */
    public String word(String name, List<String> allowed) throws ConfigException {
        if (!allowed.contains(text(name))) {
            String words = String.join(
                    ", ", allowed.stream().filter(word -> !word.isEmpty()).toList());
            throw bad(option(name), new Mismatch("one of " + words + (allowed.contains("") ? ", or empty" : "")));
        }
        return text(name);
    }

    /** A list, in the syntax of the option's file; a bare {@code default} or {@code all} is a list of that word. */
    public List<String> list(String name) throws ConfigException {
        try {
            return OptionText.list(option(name).type(), text(name));
        } catch (Mismatch e) {
            throw bad(option(name), e);
        }
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
        return new ConfigException(assignment(option(name)) + ": " + reason);
    }

    /**
     * Fails if a value is not what its option wants, whether anybody will ask for it or not. All such values are named, and
     * with them what would only have been a warning: who mends one mistake wants to know the others.
     */
    void check() throws ConfigException {
        List<String> wrong = new ArrayList<>();
        for (ConfigOption option : catalogue.all()) {
            try {
                OptionText.check(option.type(), value(option).text());
            } catch (Mismatch e) {
                wrong.add(String.valueOf(bad(option, e).getMessage()));
            }
        }
        if (!wrong.isEmpty()) {
            wrong.addAll(warnings());
            throw new ConfigException(String.join("; also ", wrong));
        }
    }

    private ConfigException bad(ConfigOption option, Mismatch expected) {
        return new ConfigException(assignment(option) + " is not " + expected.getMessage(), expected);
    }

    /** Place, name and value. */
    private String assignment(ConfigOption option) {
        Shown shown = new Shown(option, value(option));
        return shown.value().source() + ": " + option.name() + " = \"" + shown.visibleText() + "\"";
    }
}

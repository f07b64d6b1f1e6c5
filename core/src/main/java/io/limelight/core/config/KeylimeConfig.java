package io.limelight.core.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds and layers the files of a component as Keylime does (reference "Configuration" §1.1), lowest first: defaults, the
 * single {@code keylime.conf} of old, the component's file, its snippets, the environment.
 *
 * <p>The Python components read one base file only ({@code /etc} hides {@code /usr/etc}) and both snippet folders; the
 * agent merges all four places. Environment and root folder are passed in, so that a whole fleet can live in one folder.
 */
public final class KeylimeConfig {
    private static final long MAX_FILE = 1 << 20;
    private static final int MAX_SNIPPETS = 1000;

    private final Map<String, String> environment;
    private final Path root;

    /**
     * A loader.
     *
     * @param environment variables, normally {@link System#getenv()}
     * @param root what absolute paths of configuration files start at, normally {@code /}
     */
    public KeylimeConfig(Map<String, String> environment, Path root) {
        this.environment = Map.copyOf(environment);
        this.root = root;
    }

    /** The loader for this machine. */
    public static KeylimeConfig ofThisMachine() {
        return new KeylimeConfig(System.getenv(), Path.of("/"));
    }

    /**
     * Loads a component's configuration.
     *
     * @throws ConfigException if a file cannot be parsed, or asks for what this program cannot do
     */
    public ComponentConfig load(Component component) throws ConfigException {
        OptionCatalogue catalogue = OptionCatalogue.of(component);
        List<String> warnings = new ArrayList<>();
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        legacy(component, values);
        if (component == Component.AGENT) {
            agentFiles(catalogue, values, warnings);
        } else {
            pythonFiles(catalogue, values, warnings);
        }
        environment(catalogue, values);
        Path workDir = workDir(component, values);
        ComponentConfig config = new ComponentConfig(catalogue, unquoted(values), workDir, root, warnings);
        Refusals.check(config);
        return config;
    }

    /**
     * Loads {@code logging.conf}: {@code KEYLIME_LOGGING_CONFIG}, {@code /etc/keylime}, {@code /usr/etc/keylime}, or what
     * ships.
     */
    public LoggingConfig logging() throws ConfigException {
        String chosen = environment.getOrDefault("KEYLIME_LOGGING_CONFIG", "");
        List<Path> places = new ArrayList<>();
        if (!chosen.isEmpty()) {
            places.add(Path.of(chosen));
        }
        places.add(root.resolve("etc/keylime/logging.conf"));
        places.add(root.resolve("usr/etc/keylime/logging.conf"));
        for (Path place : places) {
            Optional<String> text = read(place);
            if (text.isPresent()) {
                return LoggingConfig.parse(text.get(), place.toString());
            }
        }
        return LoggingConfig.shipped();
    }

    private Path workDir(Component component, Map<String, ConfigValue> values) {
        String variable = environment.getOrDefault("KEYLIME_DIR", "");
        if (!variable.isEmpty()) {
            return Path.of(variable);
        }
        ConfigValue own = values.get("agent.keylime_dir");
        if (component == Component.AGENT && own != null && !own.text().isEmpty()) {
            return Path.of(own.text());
        }
        return root.resolve("var/lib/keylime");
    }

    /** Python's readers strip double quotes around a value. */
    private static Map<String, ConfigValue> unquoted(Map<String, ConfigValue> values) {
        Map<String, ConfigValue> result = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            String text = value.text().strip();
            if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
                text = text.substring(1, text.length() - 1).strip();
            }
            result.put(key, new ConfigValue(text, value.source()));
        });
        return result;
    }

    // --- the old single file ---

    private void legacy(Component component, Map<String, ConfigValue> values) throws ConfigException {
        for (String name : List.of("usr/etc/keylime.conf", "etc/keylime.conf")) {
            Optional<String> text = read(root.resolve(name));
            if (text.isEmpty()) {
                continue;
            }
            IniFile file = IniFile.parse(text.get(), root.resolve(name).toString());
            for (String[] row : OptionCatalogue.table("keylime-conf.mapping")) {
                if (row[2].equals(component.fileName())) {
                    file.find(row[0], row[1])
                            .ifPresent(value -> values.put(OptionCatalogue.key(row[3], row[4]), modern(row[4], value)));
                }
            }
        }
    }

    /** Words that the split into component files renamed. */
    private static ConfigValue modern(String option, ConfigValue value) {
        String text = value.text();
        if (text.equals("CV")) {
            return new ConfigValue("default", value.source());
        }
        if (option.equals("database_url") && text.isEmpty()) {
            return new ConfigValue("sqlite", value.source());
        }
        boolean list = option.startsWith("accept_tpm_") || option.equals("enabled_revocation_notifications");
        if (list && !text.startsWith("[")) {
            List<String> quoted = Stream.of(text.split(",", -1))
                    .map(word -> "'" + word.strip() + "'")
                    .toList();
            return new ConfigValue("[" + String.join(", ", quoted) + "]", value.source());
        }
        if (list && !text.contains("'") && !text.contains("\"")) {
            return modern(option, new ConfigValue(text.substring(1, text.length() - 1), value.source()));
        }
        return value;
    }

    // --- the Python components ---

    private void pythonFiles(OptionCatalogue catalogue, Map<String, ConfigValue> values, List<String> warnings)
            throws ConfigException {
        String name = catalogue.component().fileName();
        String variable = "KEYLIME_" + name.toUpperCase(Locale.ROOT) + "_CONFIG";
        String chosen = environment.getOrDefault(variable, "");
        if (!chosen.isEmpty()) {
            if (Files.isRegularFile(Path.of(chosen))) {
                ini(Path.of(chosen), catalogue, values, warnings);
                return;
            }
            warnings.add(variable + " names " + chosen + ", which is no file; the usual places are searched");
        }
        for (String place : List.of("etc/keylime", "usr/etc/keylime")) {
            if (ini(root.resolve(place).resolve(name + ".conf"), catalogue, values, warnings)) {
                for (String folder : List.of("usr/etc/keylime", "etc/keylime")) {
                    for (Path snippet : snippets(root.resolve(folder).resolve(name + ".conf.d"))) {
                        ini(snippet, catalogue, values, warnings);
                    }
                }
                return;
            }
        }
    }

    private boolean ini(Path file, OptionCatalogue catalogue, Map<String, ConfigValue> values, List<String> warnings)
            throws ConfigException {
        Optional<String> text = read(file);
        if (text.isEmpty()) {
            return false;
        }
        IniFile.parse(text.get(), file.toString())
                .sections()
                .forEach((section, options) -> options.forEach(
                        (option, value) -> accept(catalogue, section, option, value, values, warnings)));
        return true;
    }

    // --- the agent ---

    private void agentFiles(OptionCatalogue catalogue, Map<String, ConfigValue> values, List<String> warnings)
            throws ConfigException {
        String chosen = environment.getOrDefault("KEYLIME_AGENT_CONFIG", "");
        if (!chosen.isEmpty()) {
            if (!Files.isRegularFile(Path.of(chosen))) {
                throw new ConfigException("KEYLIME_AGENT_CONFIG names " + chosen + ", which does not exist");
            }
            toml(Path.of(chosen), catalogue, values, warnings);
            return;
        }
        for (String folder : List.of("usr/etc/keylime", "etc/keylime")) {
            toml(root.resolve(folder).resolve("agent.conf"), catalogue, values, warnings);
            for (Path snippet : snippets(root.resolve(folder).resolve("agent.conf.d"))) {
                toml(snippet, catalogue, values, warnings);
            }
        }
    }

    private void toml(Path file, OptionCatalogue catalogue, Map<String, ConfigValue> values, List<String> warnings)
            throws ConfigException {
        Optional<String> text = read(file);
        if (text.isPresent()) {
            TomlFile.parse(text.get(), file.toString())
                    .forEach((option, value) -> accept(catalogue, "agent", option, value, values, warnings));
        }
    }

    // --- shared ---

    private static void accept(
            OptionCatalogue catalogue,
            String section,
            String option,
            ConfigValue value,
            Map<String, ConfigValue> values,
            List<String> warnings) {
        if (catalogue.find(section, option).isPresent()) {
            values.put(OptionCatalogue.key(section, option), value);
            return;
        }
        String hint = catalogue
                .nearest(section, option)
                .map(known -> "; did you mean " + known + "?")
                .orElse("");
        warnings.add(value.source() + ": unknown option " + option + " in [" + section + "] is ignored" + hint);
    }

    private void environment(OptionCatalogue catalogue, Map<String, ConfigValue> values) {
        String component = catalogue.component().fileName();
        for (ConfigOption option : catalogue.all()) {
            String middle = option.section().equals(component) ? component : component + "_" + option.section();
            String variable = ("KEYLIME_" + middle + "_" + option.name()).toUpperCase(Locale.ROOT);
            String value = environment.get(variable);
            if (value != null) {
                values.put(
                        OptionCatalogue.key(option.section(), option.name()),
                        new ConfigValue(value, "environment " + variable));
            }
        }
    }

    private static List<Path> snippets(Path folder) throws ConfigException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .limit(MAX_SNIPPETS)
                    .toList();
        } catch (IOException e) {
            throw new ConfigException(folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<String> read(Path file) throws ConfigException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new ConfigException(file + " is larger than 1 MiB; that is no configuration file");
            }
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n"));
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

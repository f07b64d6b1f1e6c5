package io.limelight.core.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the files of a component as Keylime does (reference "Configuration" §1.1).
 *
 * <p>Layers, lowest first: defaults, the single {@code keylime.conf} of old, the component's file, its snippets, the
 * environment. The Python components read one base file only ({@code /etc} hides {@code /usr/etc}) and, if there is one,
 * both snippet folders; the agent merges all four places. {@code KEYLIME_<COMPONENT>_CONFIG} replaces all files by one.
 * Environment and root folder are passed in, so that a whole fleet can live in one folder.
 */
public final class KeylimeConfig {
    private static final String ETC = "etc/keylime";
    private static final String USR_ETC = "usr/etc/keylime";

    private final Map<String, String> environment;
    private final Path root;
    private final boolean files;

    /**
     * A loader.
     *
     * @param environment variables, normally {@link System#getenv()}
     * @param root what absolute paths of configuration files start at, normally {@code /}
     */
    public KeylimeConfig(Map<String, String> environment, Path root) {
        this(environment, root, true);
    }

    private KeylimeConfig(Map<String, String> environment, Path root, boolean files) {
        this.environment = Map.copyOf(environment);
        this.root = root;
        this.files = files;
    }

    /** Values that were typed: those of the environment and no file's, so that what lies in {@code /etc} mixes into nothing. */
    public static KeylimeConfig ofValuesAlone(Map<String, String> environment, Path root) {
        return new KeylimeConfig(environment, root, false);
    }

    /** The loader for this machine. */
    public static KeylimeConfig ofThisMachine() {
        return new KeylimeConfig(System.getenv(), Path.of("/"));
    }

    /**
     * Loads a component's configuration.
     *
     * @throws ConfigException if a file cannot be parsed, a value is not what its option wants, or an option asks for what
     *     this program cannot do; the message names file, line and reason
     */
    public ComponentConfig load(Component component) throws ConfigException {
        OptionCatalogue catalogue = OptionCatalogue.of(component);
        Layers layers = new Layers(catalogue);
        Optional<Path> only = files ? onlyFile(component, layers) : Optional.empty();
        if (only.isPresent()) {
            read(component, only.get(), layers);
        } else if (files) {
            legacy(catalogue, layers);
            if (component == Component.AGENT) {
                agentFiles(layers);
            } else {
                pythonFiles(component, layers);
            }
        }
        environment(catalogue, layers);
        OpenSecrets.warnings(catalogue, layers.values()).forEach(layers::warn);
        ComponentConfig config = new ComponentConfig(
                catalogue, layers.values(), workDir(component, layers.values()), root, layers.warnings());
        config.check();
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
        places.add(root.resolve(ETC).resolve("logging.conf"));
        places.add(root.resolve(USR_ETC).resolve("logging.conf"));
        for (Path place : places) {
            Optional<String> text = ConfigFiles.read(place);
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

    /** The file that {@code KEYLIME_<COMPONENT>_CONFIG} puts in the place of all others. */
    private Optional<Path> onlyFile(Component component, Layers layers) throws ConfigException {
        String variable = "KEYLIME_" + component.fileName().toUpperCase(Locale.ROOT) + "_CONFIG";
        String chosen = environment.getOrDefault(variable, "");
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        if (Files.isRegularFile(Path.of(chosen))) {
            return Optional.of(Path.of(chosen));
        }
        String problem = variable + " names " + chosen + ", which is no file";
        if (component == Component.AGENT) {
            throw new ConfigException(problem);
        }
        layers.warn(problem + "; the usual places are searched");
        return Optional.empty();
    }

    private void legacy(OptionCatalogue catalogue, Layers layers) throws ConfigException {
        for (String name : List.of("usr/etc/keylime.conf", "etc/keylime.conf")) {
            Path file = root.resolve(name);
            Optional<String> text = ConfigFiles.read(file);
            if (text.isPresent()) {
                LegacyFile legacy = new LegacyFile(IniFile.parse(text.get(), file.toString()));
                legacy.values(catalogue).forEach(layers::put);
                legacy.unknown(catalogue.component()).forEach(layers::warn);
            }
        }
    }

    private void pythonFiles(Component component, Layers layers) throws ConfigException {
        String name = component.fileName() + ".conf";
        for (String place : List.of(ETC, USR_ETC)) {
            if (read(component, root.resolve(place).resolve(name), layers)) {
                for (String folder : List.of(USR_ETC, ETC)) {
                    for (Path snippet :
                            ConfigFiles.snippets(root.resolve(folder).resolve(name + ".d"))) {
                        read(component, snippet, layers);
                    }
                }
                return;
            }
        }
    }

    private void agentFiles(Layers layers) throws ConfigException {
        for (String folder : List.of(USR_ETC, ETC)) {
            read(Component.AGENT, root.resolve(folder).resolve("agent.conf"), layers);
            for (Path snippet : ConfigFiles.snippets(root.resolve(folder).resolve("agent.conf.d"))) {
                read(Component.AGENT, snippet, layers);
            }
        }
    }

    private boolean read(Component component, Path file, Layers layers) throws ConfigException {
        Optional<String> text = ConfigFiles.read(file);
        if (text.isEmpty()) {
            return false;
        }
        if (component == Component.AGENT) {
            TomlFile toml = TomlFile.parse(text.get(), file.toString());
            toml.warnings().forEach(layers::warn);
            toml.values().forEach((name, value) -> layers.accept("agent", name, value, Syntax.TOML));
        } else {
            IniFile.parse(text.get(), file.toString())
                    .sections()
                    .forEach((section, options) ->
                            options.forEach((name, value) -> layers.accept(section, name, value, Syntax.INI)));
        }
        return true;
    }

    private void environment(OptionCatalogue catalogue, Layers layers) {
        String component = catalogue.component().fileName();
        Set<String> known = new TreeSet<>();
        for (ConfigOption option : catalogue.all()) {
            String middle = option.section().equals(component) ? component : component + "_" + option.section();
            String variable = ("KEYLIME_" + middle + "_" + option.name()).toUpperCase(Locale.ROOT);
            known.add(variable);
            String value = environment.get(variable);
            if (value != null) {
                layers.override(option, new ConfigValue(value, "environment " + variable));
            }
        }
        String prefix = "KEYLIME_" + component.toUpperCase(Locale.ROOT) + "_";
        known.add(prefix + "CONFIG");
        // What all of them begin with would make any two of them near.
        List<String> ends =
                known.stream().map(name -> name.substring(prefix.length())).toList();
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (variable.startsWith(prefix) && !known.contains(variable)) {
                layers.warn("environment " + variable + ": no option has that name, and it is ignored"
                        + NearestName.hint(variable.substring(prefix.length()), ends)
                                .replace("you mean ", "you mean " + prefix));
            }
        }
    }
}

package io.limelight.core.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every option a component knows, from the tables that ship beside this class. */
final class OptionCatalogue {
    private final Component component;
    private final Map<String, ConfigOption> options = new LinkedHashMap<>();

    private OptionCatalogue(Component component) {
        this.component = component;
    }

    static OptionCatalogue of(Component component) {
        OptionCatalogue catalogue = new OptionCatalogue(component);
        for (String[] columns : table(component.fileName() + ".options")) {
            OptionType type = OptionType.of(columns[2])
                    .orElseThrow(() -> new IllegalStateException("type " + columns[2] + " in the option table"));
            ConfigOption option = new ConfigOption(
                    columns[0],
                    columns[1],
                    type,
                    columns.length > 3 ? columns[3] : "",
                    columns.length > 4 ? columns[4] : "");
            catalogue.options.put(key(option.section(), option.name()), option);
        }
        return catalogue;
    }

    /** Rows of a table of this package: tab-separated, {@code #} starts a comment line. */
    static List<String[]> table(String resource) {
        List<String[]> rows = new ArrayList<>();
        try (InputStream in = OptionCatalogue.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not in the jar");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    rows.add(line.split("\t", -1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    static String key(String section, String name) {
        return section + "." + name;
    }

    Component component() {
        return component;
    }

    Collection<ConfigOption> all() {
        return options.values();
    }

    Optional<ConfigOption> find(String section, String name) {
        return Optional.ofNullable(options.get(key(section, name)));
    }

    /** The sections. */
    Set<String> sections() {
        return options.values().stream().map(ConfigOption::section).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of a section. */
    List<String> names(String section) {
        return options.values().stream()
                .filter(option -> option.section().equals(section))
                .map(ConfigOption::name)
                .toList();
    }
}

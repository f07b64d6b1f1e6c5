package io.limelight.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The single {@code keylime.conf} of old: its names as today's (reference "Configuration" §1.9), with the changes of words
 * that Keylime's upgrade tool makes.
 */
final class LegacyFile {
    /** File options that {@code tls_dir = generate} makes meaningless. */
    private static final Set<String> MADE_WITH_TLS_DIR =
            Set.of("server_key", "server_cert", "client_key", "client_cert", "trusted_client_ca", "trusted_server_ca");

    /** In the mapping table: the old option has no successor. */
    private static final String DROPPED = "-";

    private final IniFile file;
    private final List<String[]> mapping = OptionCatalogue.table("keylime-conf.mapping");

    LegacyFile(IniFile file) {
        this.file = file;
    }

    /** What the file says to a component, by catalogue key. */
    Map<String, ConfigValue> values(OptionCatalogue catalogue) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        for (String[] row : mapping) {
            if (row[2].equals(catalogue.component().fileName())) {
                catalogue
                        .find(row[3], row[4])
                        .ifPresent(option -> file.find(row[0], row[1])
                                .ifPresent(value ->
                                        values.put(OptionCatalogue.key(row[3], row[4]), modern(option, value))));
            }
        }
        String main = catalogue.component().fileName();
        ConfigValue tlsDir = values.get(OptionCatalogue.key(main, "tls_dir"));
        if (tlsDir != null && tlsDir.text().equals("generate")) {
            MADE_WITH_TLS_DIR.forEach(name -> values.remove(OptionCatalogue.key(main, name)));
        }
        if (catalogue.component() == Component.TENANT) {
            bothCas().ifPresent(value -> values.putIfAbsent("tenant.trusted_server_ca", value));
        }
        return values;
    }

    /** Names in the sections that concern a component which neither today's nor yesterday's Keylime knows. */
    List<String> unknown(Component component) {
        List<String> unknown = new ArrayList<>();
        Set<String> sections = Set.copyOf(mapping.stream()
                .filter(row -> row[2].equals(component.fileName()))
                .map(row -> row[0])
                .toList());
        for (String section : sections) {
            file.sections().getOrDefault(section, Map.of()).forEach((name, value) -> {
                List<String> known = mapping.stream()
                        .filter(row -> row[0].equals(section))
                        .map(row -> row[1])
                        .toList();
                if (!known.contains(name)) {
                    unknown.add(value.source() + ": unknown option " + name + " in [" + section + "] is ignored"
                            + NearestName.hint(name, known));
                } else if (isDropped(section, name)) {
                    unknown.add(value.source() + ": " + name + " in [" + section
                            + "] has had no effect since Keylime 6.5 and has none here");
                }
            });
        }
        Set<String> all = new TreeSet<>(mapping.stream().map(row -> row[0]).toList());
        file.sections().forEach((section, values) -> {
            if (!all.contains(section) && !values.isEmpty()) {
                unknown.add(values.values().iterator().next().source() + ": there is no section [" + section
                        + "] in a keylime.conf, and what stands in it is ignored" + NearestName.hint(section, all));
            }
        });
        return unknown;
    }

    private boolean isDropped(String section, String name) {
        return mapping.stream()
                .anyMatch(row -> row[0].equals(section) && row[1].equals(name) && row[2].equals(DROPPED));
    }

    /** Where both services make a CA of their own, the tenant trusts both. */
    private Optional<ConfigValue> bothCas() {
        Optional<ConfigValue> verifier = file.find("cloud_verifier", "tls_dir");
        Optional<ConfigValue> registrar = file.find("registrar", "tls_dir");
        boolean both = Stream.of(verifier, registrar)
                .allMatch(value -> value.map(ConfigValue::text).orElse("").equals("generate"));
        return both
                ? registrar.map(value -> new ConfigValue(
                        "['/var/lib/keylime/cv_ca/cacert.crt', '/var/lib/keylime/reg_ca/cacert.crt']", value.source()))
                : Optional.empty();
    }

    private static ConfigValue modern(ConfigOption option, ConfigValue value) {
        String text = Syntax.INI.value(option.type(), value.text());
        String modern = text.equals("CV") ? "default" : text;
        if (option.name().equals("database_url") && text.isEmpty()) {
            modern = "sqlite";
        }
        boolean list = option.type() == OptionType.LIST || option.type() == OptionType.LIST_OR_WORD;
        if (list && !modern.isEmpty() && !modern.equals("default") && !modern.equals("all")) {
            modern = quoted(modern);
        }
        return new ConfigValue(modern, value.source());
    }

    /** {@code a, b} and {@code [a, b]} as {@code ['a', 'b']}. */
    private static String quoted(String list) {
        if (list.contains("'") || list.contains("\"")) {
            return list;
        }
        String bare = list.startsWith("[") && list.endsWith("]") ? list.substring(1, list.length() - 1) : list;
        List<String> words = Stream.of(bare.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(word -> "'" + word + "'")
                .toList();
        return "[" + String.join(", ", words) + "]";
    }
}

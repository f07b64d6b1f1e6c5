package io.limelight.core.config;

import io.limelight.core.config.OptionText.Mismatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects values from the lowest layer to the highest, and what has to be said about them. */
final class Layers {
    private final OptionCatalogue catalogue;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();
    private final Set<String> unknownSections = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    Layers(OptionCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** A value of a file; a name nobody knows becomes a warning. */
    void accept(String section, String name, ConfigValue written, Syntax syntax) {
        if (catalogue.names(section).isEmpty()) {
            unknownSection(section, written);
            return;
        }
        catalogue
                .find(section, name)
                .ifPresentOrElse(
                        option -> put(
                                OptionCatalogue.key(section, name),
                                new ConfigValue(syntax.value(option.type(), written.text()), written.source())),
                        () -> warn(written.source() + ": unknown option " + name + " in [" + section + "] is ignored"
                                + NearestName.hint(name, catalogue.names(section))));
    }

    /** Said once a file, whatever stands in the section. */
    private void unknownSection(String section, ConfigValue first) {
        String file = first.source().replaceFirst(":\\d+$", "");
        if (unknownSections.add(file + " " + section)) {
            warn(first.source() + ": there is no section [" + section + "] here, and what stands in it is ignored"
                    + NearestName.hint(section, catalogue.sections()));
        }
    }

    /** A value that is ready. */
    void put(String key, ConfigValue value) {
        values.put(key, value);
    }

    /**
     * A value of the environment. For the Python components a boolean that is none falls back to the default, as upstream
     * does; it is said.
     */
    void override(ConfigOption option, ConfigValue written) {
        boolean agent = catalogue.component() == Component.AGENT;
        String text = (agent ? Syntax.TOML : Syntax.INI).value(option.type(), written.text());
        ConfigValue value = new ConfigValue(text, written.source());
        if (!agent && option.type() == OptionType.BOOLEAN) {
            try {
                OptionText.bool(text);
            } catch (Mismatch e) {
                warn(written.source() + " is not " + e.getMessage() + "; the default " + option.defaultText()
                        + " counts");
                value = new ConfigValue(option.defaultText(), written.source() + " (unusable, default)");
            }
        }
        values.put(OptionCatalogue.key(option.section(), option.name()), value);
    }

    void warn(String sentence) {
        warnings.add(sentence);
    }

    Map<String, ConfigValue> values() {
        return values;
    }

    /** The warnings, with those that follow from the values as they have come out. */
    List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        ConfigValue ignoreTomtou = values.get("verifier.ignore_tomtou_errors");
        ConfigValue tomtou = values.get("verifier.tomtou");
        if (ignoreTomtou != null && (tomtou == null || tomtou.text().isEmpty())) {
            all.add(ignoreTomtou.source() + ": ignore_tomtou_errors works against its name, here as in Keylime: True"
                    + " makes a violated entry of the measurement list a failure, False skips it. Write tomtou = fail"
                    + " or tomtou = accept to say it plainly.");
        }
        return all;
    }
}

package io.limelight.core.config;

import java.util.Locale;
import java.util.Optional;

/** The programs that have a configuration file of their own. */
public enum Component {
    VERIFIER,
    REGISTRAR,
    TENANT,
    CA,
    /** The one whose file is TOML. */
    AGENT;

    /** As in file names: {@code verifier}. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The component of that name. */
    public static Optional<Component> named(String name) {
        for (Component component : values()) {
            if (component.fileName().equals(name)) {
                return Optional.of(component);
            }
        }
        return Optional.empty();
    }
}

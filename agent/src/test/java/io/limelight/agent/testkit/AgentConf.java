package io.limelight.agent.testkit;

import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An {@code agent.conf} below a folder; the work directory is {@code work} in there. */
public final class AgentConf {
    private final Path folder;
    private final Map<String, String> options = new LinkedHashMap<>();

    /** With every option at its default. */
    public AgentConf(Path folder) {
        this.folder = folder;
    }

    /** Sets an option; numbers and booleans as they stand, everything else as text. */
    public AgentConf with(String option, String value) {
        options.put(option, value);
        return this;
    }

    /** Where the file is. */
    public Path file() {
        return folder.resolve("agent.conf");
    }

    /** What names it. */
    public Map<String, String> environment() {
        return Map.of(
                "KEYLIME_AGENT_CONFIG",
                file().toString(),
                "KEYLIME_DIR",
                folder.resolve("work").toString());
    }

    /** Writes and loads it. */
    public ComponentConfig load() throws ConfigException, IOException {
        StringBuilder text = new StringBuilder("[agent]\n");
        options.forEach((name, value) -> text.append(name)
                .append(" = ")
                .append(value.matches("-?[0-9]+|true|false") ? value : "\"" + value + "\"")
                .append('\n'));
        Files.writeString(file(), text);
        return new KeylimeConfig(environment(), folder).load(Component.AGENT);
    }
}

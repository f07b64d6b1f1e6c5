package io.limelight.console.records;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the console keeps its file.
 *
 * @param path {@code ~/.config/limelight}, mode 0700
 */
public record ConsoleFolder(Path path) {
    private static final String FILE = "console.sqlite";

    /**
     * The folder of the person who runs this, by the XDG base directory rules.
     *
     * @param environment variables
     * @param home the person's folder
     */
    public static ConsoleFolder of(Map<String, String> environment, Path home) {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
        // The rules say so: a relative one is to be ignored.
        Path base = !configured.isEmpty() && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : home.resolve(".config");
        return new ConsoleFolder(base.resolve("limelight"));
    }

    /** The file. */
    public Path file() {
        return path.resolve(FILE);
    }
}

package io.limelight.cli.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs that this computer has. */
final class InstalledTools {
    private InstalledTools() {}

    /** Where a program lies; also one that only root usually calls. */
    static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin") + ":/usr/sbin:/usr/local/sbin:/sbin";
        for (String place : path.split(":", -1)) {
            Path file = Path.of(place).resolve(name).toAbsolutePath();
            if (!place.isEmpty() && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}

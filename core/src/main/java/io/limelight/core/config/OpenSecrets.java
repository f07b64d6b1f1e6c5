package io.limelight.core.config;

import io.limelight.core.secret.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Files with passwords that every user of the machine can read. Keylime's installer left its configuration so
 * (CVE-2022-23952), and many of those files are still there: it is said, and does not stop a start.
 */
final class OpenSecrets {
    /** What Keylime ships as a password, which therefore is none. */
    private static final String SHIPPED = "default";

    private OpenSecrets() {}

    /** A sentence for each such file. */
    static List<String> warnings(OptionCatalogue catalogue, Map<String, ConfigValue> values) {
        List<String> warnings = new ArrayList<>();
        TreeSet<String> said = new TreeSet<>();
        for (ConfigOption option : catalogue.all()) {
            ConfigValue value = values.get(OptionCatalogue.key(option.section(), option.name()));
            if (value == null || !holdsSecret(option, value.text())) {
                continue;
            }
            String file = value.source().replaceFirst(":\\d+$", "");
            if (openToAll(file) && said.add(file)) {
                warnings.add(value.source() + ": " + option.name() + " can be read by every user of this machine; chmod"
                        + " o-r " + file);
            }
        }
        return warnings;
    }

    private static boolean holdsSecret(ConfigOption option, String text) {
        return (option.secret() && !text.isEmpty() && !text.equals(SHIPPED))
                || text.matches("(?s).*://[^/@:\\s]*:[^/@\\s]+@.*")
                || text.matches("(?is).*[?&]password=[^&\\s]+.*");
    }

    /** A source that is no file, as the environment, is not. */
    private static boolean openToAll(String file) {
        try {
            Path path = Path.of(file);
            return path.isAbsolute() && Files.isRegularFile(path) && PrivateFiles.openToAll(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}

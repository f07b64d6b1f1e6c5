package io.limelight.agent.actions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The Python of this machine.
 *
 * @param name {@code python_interpreter}: a path, or a name
 * @param searched folders in which a name is looked for, with colons between them
 */
record Interpreter(String name, String searched) {
    /** What to say where there is none; empty if there is one. Looked at each time, as it may be installed meanwhile. */
    Optional<String> missing() {
        if (name.startsWith("/")) {
            return executable(Path.of(name)) ? Optional.empty() : Optional.of(problem(""));
        }
        for (String folder : searched.split(":", -1)) {
            if (folder.startsWith("/") && executable(Path.of(folder, name))) {
                return Optional.empty();
            }
        }
        return Optional.of(problem(" in " + searched));
    }

    private static boolean executable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private String problem(String where) {
        return "it is a Python action and there is no " + name + where
                + "; install Python 3, or say where it is (python_interpreter)";
    }
}

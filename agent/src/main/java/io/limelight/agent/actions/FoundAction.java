package io.limelight.agent.actions;

import java.nio.file.Path;

/**
 * A file that is run for a listed name.
 *
 * @param folder where it is
 * @param fileName its name there
 * @param module whether it is a Python module with {@code execute(event)}, otherwise a program
 * @param fromPayload whether it came with the payload, otherwise it is installed
 */
record FoundAction(Path folder, String fileName, boolean module, boolean fromPayload) {
    Path file() {
        return folder.resolve(fileName);
    }
}

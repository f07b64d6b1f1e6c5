package io.limelight.console.pictures;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javafx.scene.Parent;

/**
 * Something that can be drawn into a file.
 *
 * @param name telling, for the file: {@code machines-failed}; letters, digits and hyphens
 * @param scene makes it, on the screen's thread, once for each picture
 * @param ready asked on the screen's thread until it says yes: what comes from a server has come
 * @param done called on the screen's thread when it was drawn
 */
public record Picture(String name, Supplier<? extends Parent> scene, BooleanSupplier ready, Runnable done) {
    /** Ready as it is made. */
    public Picture(String name, Supplier<? extends Parent> scene) {
        this(name, scene, () -> true, () -> {});
    }

    /** Checks the name. */
    public Picture {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("a picture's name is a file's name: " + name);
        }
    }
}

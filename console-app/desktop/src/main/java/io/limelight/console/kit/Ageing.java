package io.limelight.console.kit;

import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.util.Duration;

/** Once a second for all that shows an age, one timer for each window, none while it is hidden. */
public final class Ageing {
    private static final String KIND = "ageing";
    private static final Duration SECOND = Duration.seconds(1);

    private Ageing() {}

    /**
     * Calls {@code listener} when {@code node} comes into a scene and every second while it is there. The node must hold the listener (a
     * field), nobody else does.
     */
    public static void whileInScene(Node node, Runnable listener) {
        Pulse.whileInScene(node, KIND, SECOND, listener);
    }

    static Pulse of(Scene scene) {
        return Pulse.of(scene, KIND, SECOND);
    }
}

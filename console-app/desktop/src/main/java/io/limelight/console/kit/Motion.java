package io.limelight.console.kit;

import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.util.Duration;

/** What moves: the half circle of Proving and of running work, in steps, one timer a window. Nothing where motion is reduced. */
final class Motion {
    private static final Duration STEP = Duration.millis(125);
    private static final double DEGREES = 30;

    private Motion() {}

    /** Whether the person or the system wants things to stand still. */
    static boolean reduced(Node node) {
        Scene scene = node.getScene();
        return scene != null && scene.getPreferences().isReducedMotion();
    }

    /** Turns a node, from now on until the result is run. */
    static final class Turning {
        private final Node node;
        private final Runnable step = this::step;
        private boolean on;

        Turning(Node node) {
            this.node = node;
        }

        void set(boolean wanted) {
            if (wanted == on) {
                return;
            }
            on = wanted;
            Scene scene = node.getScene();
            if (scene == null) {
                on = false;
                return;
            }
            Pulse pulse = Pulse.of(scene, "motion", STEP);
            if (on) {
                pulse.add(step);
            } else {
                pulse.remove(step);
                node.setRotate(0);
            }
        }

        void leave(Scene scene) {
            if (on) {
                Pulse.of(scene, "motion", STEP).remove(step);
                on = false;
            }
        }

        private void step() {
            node.setRotate(reduced(node) ? 0 : (node.getRotate() + DEGREES) % 360);
        }
    }
}

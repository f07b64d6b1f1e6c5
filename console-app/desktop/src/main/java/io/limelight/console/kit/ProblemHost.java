package io.limelight.console.kit;

import io.limelight.console.problem.Problem;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.stage.PopupWindow;
import org.jspecify.annotations.Nullable;

/** What a window does about the problems it shows, wherever in it they are. Found by the root of the scene, as its keys are. */
public interface ProblemHost {
    /** Somebody is shown this. */
    void shown(Problem problem);

    /** Somebody wants to hand it to somebody who helps. */
    void support();

    /** Gives a window its host, by the node that is the scene's root. */
    static void put(Node root, ProblemHost host) {
        root.getProperties().put(ProblemHost.class, host);
    }

    /** The host of the window a scene is in, or of the one it popped out of; null: there is none. */
    static @Nullable ProblemHost of(@Nullable Scene scene) {
        if (scene == null) {
            return null;
        }
        if (scene.getRoot().getProperties().get(ProblemHost.class) instanceof ProblemHost host) {
            return host;
        }
        return scene.getWindow() instanceof PopupWindow popup && popup.getOwnerWindow() != null
                ? of(popup.getOwnerWindow().getScene())
                : null;
    }
}
